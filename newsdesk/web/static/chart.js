// Curves to zoom into (drag; a double click shows all again), drawn by uPlot. A page that has some
// loads vendor/uPlot.iife.min.js and this; macros/charts.html makes the element.
(() => {
  "use strict";
  const ink = (element, name) => {
    // light-dark() is resolved only where it is used as a colour
    element.style.color = `var(${name})`;
    return getComputedStyle(element).color;
  };

  // 24 hours and ISO days, as everywhere here; one row of times, and the day where it begins.
  const times = [
    [31536000, "{YYYY}", null, null, null, null, null, null, 1],
    [2419200, "{YYYY}-{MM}", null, null, null, null, null, null, 1],
    [86400, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
    [3600, "{HH}:00", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
    [60, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
    [1, "{HH}:{mm}:{ss}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
  ];
  const stamp = uPlot.fmtDate("{YYYY}-{MM}-{DD} {HH}:{mm}");
  const beijing = (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Asia/Shanghai");

  const draw = (element) => {
    const given = JSON.parse(element.dataset.chart);
    const probe = element.querySelector(".probe");
    const axis = { stroke: ink(probe, "--dim"), grid: { stroke: ink(probe, "--line"), width: 1 } };
    const colours = ["--accent", "--partial", "--ok", "--missed"].map((name) => ink(probe, name));
    const options = {
      width: element.clientWidth,
      height: 220,
      tzDate: beijing,
      axes: [{ ...axis, values: times }, { ...axis, size: 56 }],
      series: [
        { label: element.dataset.time, value: (_plot, at) => (at ? stamp(beijing(at)) : "") },
        ...given.lines.map((line, place) => ({
          label: line.label,
          stroke: colours[place % colours.length],
          width: 1.5,
          dash: place ? [6, 3] : undefined,
          value: (_plot, value) => value ?? "",
        })),
      ],
    };
    const plot = new uPlot(options, [given.x, ...given.lines.map((line) => line.values)], element);
    new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width && width !== plot.width) plot.setSize({ width, height: 220 });
    }).observe(element);
  };

  const all = () =>
    document.querySelectorAll("[data-chart]:not([data-drawn])").forEach((element) => {
      element.dataset.drawn = "";
      draw(element);
    });
  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("htmx:after:swap", all);
})();
