// Pictures: every element with data-chart is drawn by ECharts from what it carries. The table beside
// it says the same and is what there is without this file.
"use strict";

(() => {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const TONES = { good: "good", due: "due", late: "late", brand: "brand", muted: "muted", edge: "edge", neutral: "line-strong" };
  const [BRAND, GOOD, DUE, MUTED, LINE, INK] = ["brand", "good", "due", "muted", "line", "ink"].map(colour);
  const font = { fontFamily: getComputedStyle(document.body).fontFamily, color: INK };

  const base = (data) => ({
    textStyle: font,
    animation: false,
    color: [BRAND, GOOD, DUE, MUTED],
    tooltip: { renderMode: "richText", confine: true },
    legend: { show: data.series.length > 1, top: 0 },
    grid: { left: 8, right: 24, top: data.series.length > 1 ? 36 : 16, bottom: 8, containLabel: true },
  });

  // Twelve months fit a phone as bare numbers.
  const axis = (data, narrow = false) => ({
    type: "category",
    data: data.labels,
    axisTick: { show: false },
    axisLabel: narrow ? { interval: 0, formatter: (label) => label.replace("月", "") } : {},
  });
  const value = (data) => ({ type: "value", minInterval: data.unit === "万元" ? 0 : 1, name: data.unit, splitLine: { lineStyle: { color: LINE } } });

  // Where a target lies shows also when more than it was reached.
  const ends = (values) => ({
    symbol: "rect",
    symbolSize: [3, 20],
    silent: true,
    label: { show: false },
    itemStyle: { color: INK },
    data: values.map((x, y) => (x === null ? null : { coord: [x, y] })).filter(Boolean),
    z: 5,
  });

  const OPTIONS = {
    // A target is a pale bar with a line at its end, what is reached of it lies before it.
    bars(data) {
      const paired = data.series.length === 2;
      return {
        ...base(data),
        tooltip: { renderMode: "richText", confine: true, trigger: "axis", axisPointer: { type: "shadow" } },
        xAxis: { ...value(data), name: "" },
        yAxis: { ...axis(data), inverse: true, axisLabel: { interval: 0 } },
        color: paired ? [colour("line-strong"), BRAND] : [BRAND],
        series: data.series.map((series, at) => ({
          type: "bar",
          name: series.name,
          data: series.values,
          barGap: "-100%",
          barWidth: 14,
          z: at,
          markPoint: paired && at === 0 ? ends(series.values) : undefined,
        })),
      };
    },
    // What is not all submitted is no plain point: hollow, and dashes lead to it.
    lines(data, narrow) {
      const series = data.series.flatMap(({ name, values, open }, at) => {
        const isOpen = (x) => open.includes(x);
        const color = [BRAND, GOOD, DUE, MUTED][at % 4];
        const line = { type: "line", name, symbolSize: 8, itemStyle: { color }, connectNulls: false };
        const beside = (x) => isOpen(x) || isOpen(x - 1) || isOpen(x + 1);
        return [
          { ...line, symbol: "circle", lineStyle: { color }, data: values.map((value, x) => (isOpen(x) ? null : value)) },
          {
            ...line,
            lineStyle: { color, type: "dashed" },
            data: values.map((value, x) => (beside(x) ? { value, symbol: isOpen(x) ? "emptyCircle" : "none" } : null)),
          },
        ];
      });
      const told = ([{ dataIndex: x }]) =>
        [
          data.labels[x],
          ...data.series
            .filter(({ values }) => values[x] !== null)
            .map(({ name, values, open }) => `${name}：${values[x]}${open.includes(x) ? "（没有全部报送）" : ""}`),
        ].join("\n");
      return {
        ...base(data),
        legend: { ...base(data).legend, data: data.series.map(({ name }) => name) },
        tooltip: { renderMode: "richText", confine: true, trigger: "axis", formatter: told },
        grid: { ...base(data).grid, top: 40 },
        xAxis: axis(data, narrow),
        yAxis: value(data),
        series,
      };
    },
    funnel(data) {
      const { values } = data.series[0];
      return {
        ...base(data),
        xAxis: { ...value(data), show: false },
        yAxis: { ...axis(data), inverse: true, axisLine: { show: false } },
        series: [
          {
            type: "bar",
            data: values,
            barWidth: 22,
            label: { show: true, position: "right", color: INK },
          },
        ],
        grid: { ...base(data).grid, right: 64 },
      };
    },
    heat(data, narrow) {
      const cells = data.series.flatMap((row, y) =>
        row.values.map((step, x) => (step === null ? null : [x, y, step])).filter(Boolean),
      );
      return {
        ...base(data),
        legend: { show: false },
        tooltip: {
          renderMode: "richText",
          confine: true,
          formatter: ({ value: [x, y, step] }) =>
            `${data.series[y].name} ${data.labels[x]}：${data.steps[step][0]}`,
        },
        grid: { ...base(data).grid, top: 56 },
        xAxis: { ...axis(data, narrow), position: "top", axisLine: { show: false } },
        yAxis: {
          type: "category",
          data: data.series.map((row) => row.name),
          inverse: true,
          axisLabel: { interval: 0 },
          axisLine: { show: false },
          axisTick: { show: false },
        },
        visualMap: {
          type: "piecewise",
          top: 0,
          left: "center",
          orient: "horizontal",
          itemGap: 6,
          itemWidth: 12,
          textGap: 4,
          textStyle: { ...font, fontSize: 11 },
          pieces: data.steps.map(([label, tone], step) => ({ value: step, label, color: colour(TONES[tone]) })),
        },
        series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: "#fff", borderWidth: 2 } }],
      };
    },
  };

  const height = ({ kind, labels, series }) =>
    ({ bars: 60 + 26 * labels.length, funnel: 40 + 44 * labels.length, heat: 90 + 26 * series.length })[kind] || 320;

  for (const place of document.querySelectorAll("[data-chart]")) {
    const data = JSON.parse(place.dataset.chart);
    place.hidden = false;
    place.style.height = `${height(data)}px`;
    const chart = echarts.init(place);
    chart.setOption(OPTIONS[data.kind](data, place.clientWidth < 480));
    new ResizeObserver(() => chart.resize()).observe(place);
    const table = place.parentElement.querySelector("details");
    if (table) table.open = false;
  }
})();
