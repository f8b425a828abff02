// Curves to zoom into (drag; a double click shows all again), drawn by uPlot. A page that has some
// loads vendor/uPlot.iife.min.js and this; macros/charts.html makes the element.
(() => {
  "use strict";
  const ink = (element, name) => {
    // light-dark() is resolved only where it is used as a colour
    element.style.color = `var(${name})`;
    return getComputedStyle(element).color;
  };

  const draw = (element) => {
    const given = JSON.parse(element.dataset.chart);
    const probe = element.querySelector(".probe");
    const axis = { stroke: ink(probe, "--dim"), grid: { stroke: ink(probe, "--line"), width: 1 } };
    const colours = ["--accent", "--partial", "--ok", "--missed"].map((name) => ink(probe, name));
    const options = {
      width: element.clientWidth,
      height: 220,
      axes: [axis, { ...axis, size: 56 }],
      series: [
        {},
        ...given.lines.map((line, place) => ({
          label: line.label,
          stroke: colours[place % colours.length],
          width: 1.5,
          dash: place ? [6, 3] : undefined,
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
