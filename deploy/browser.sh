#!/bin/sh
# Makes sure of Chromium and a Chinese font. Installs them where that is possible without asking.
ready() {
    { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null &&
        fc-list :lang=zh 2>/dev/null | grep -q .
}

ready && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium and a Chinese font"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update &&
        apt-get -qq install --no-install-recommends chromium chromium-l10n fonts-noto-cjk fontconfig >/dev/null
fi
ready && exit 0
echo "Tests in a browser need Chromium and a Chinese font (on Debian: chromium, fonts-noto-cjk)."
echo "Without them these tests are skipped, or fail where JIANXI_REQUIRE_BROWSER=1."
exit 0
