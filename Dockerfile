# The portal for production: see docker-compose.yml and deploy/example.env.

FROM node:24-slim AS pages
WORKDIR /pages
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS packages
RUN python -m venv /venv
COPY requirements-production.lock .
RUN /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-production.lock

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    JIANXI_STATIC=/portal/staticfiles \
    JIANXI_FILES=/data/files \
    JIANXI_NODE_MODULES=/pages/node_modules
RUN useradd --system --uid 10001 --home-dir /portal portal \
    && install --directory --owner=portal --mode=0700 /data /data/files
COPY --from=packages /venv /venv
WORKDIR /portal
COPY . .
# The static files are gathered here; the secrets this draws for itself do not stay.
RUN --mount=type=bind,from=pages,source=/pages/node_modules,target=/pages/node_modules \
    JIANXI_HOME=/tmp/home python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/home
USER portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "--config=python:jianxi.gunicorn", "--bind=0.0.0.0:8000"]
