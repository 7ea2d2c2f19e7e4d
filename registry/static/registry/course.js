/* What was observed over time as a line, and what is aimed at as a dashed one to its
   date. Each year's label stands in the middle of the year, between two grid lines. */
"use strict";
{
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(name).trim();
    return {
      observed: read("--series-1"),
      aimed: read("--body-quiet-color"),
      line: read("--border-color"),
      text: read("--body-quiet-color"),
    };
  };

  const draw = (figure) => {
    const data = JSON.parse(document.getElementById(figure.dataset.plot).textContent);
    const places = [...data.observed, ...data.targets].map((point) => point.x);
    const known = places.filter((x) => x !== null);
    const [start, end] = [Math.min(...known), Math.max(...known)];
    const last = Math.ceil(end);
    // What happened in autumn needs no room for the whole year, if another follows.
    const late = start % 1 > 0.7 && Math.ceil(start) < last;
    const first = late ? start - 0.1 : Math.floor(start);
    let chart = null;

    const aim = (point, found) => ({
      data: [
        { ...point, x: first },
        { ...point, x: point.x === null ? last : point.x },
      ],
      borderColor: found.aimed,
      backgroundColor: found.aimed,
      borderDash: [5, 4],
      borderWidth: 1.5,
      pointRadius: [0, point.x === null ? 0 : 4],
      pointStyle: "rectRot",
      pointHitRadius: 12,
      clip: 8,
    });

    const make = () => {
      const found = colours();
      if (chart) chart.destroy();
      chart = new window.Chart(figure.querySelector("canvas"), {
        type: "line",
        data: {
          datasets: [
            {
              data: data.observed,
              borderColor: found.observed,
              backgroundColor: found.observed,
              borderWidth: 2,
              pointRadius: 4,
              pointHitRadius: 12,
              clip: 8,
            },
            ...data.targets.map((point) => aim(point, found)),
          ],
        },
        options: {
          animation: false,
          maintainAspectRatio: false,
          layout: { padding: { right: 8, top: 8 } },
          plugins: {
            legend: { display: false },
            tooltip: {
              displayColors: false,
              callbacks: {
                title: ([item]) => item.raw.when,
                label: (item) => item.raw.said,
              },
            },
          },
          scales: {
            x: {
              type: "linear",
              min: first,
              max: last,
              border: { color: found.line },
              grid: {
                color: (tick) =>
                  Number.isInteger(tick.tick.value) ? found.line : "transparent",
              },
              ticks: {
                autoSkip: false,
                includeBounds: false,
                color: found.text,
                maxRotation: 0,
                stepSize: 0.5,
                callback: (value) => (Number.isInteger(value) ? "" : Math.floor(value)),
              },
            },
            y: {
              beginAtZero: true,
              border: { display: false },
              grid: { color: found.line },
              ticks: { color: found.text, maxTicksLimit: 6 },
            },
          },
        },
      });
    };

    make();
    dark.addEventListener("change", make);
    new MutationObserver(make).observe(document.documentElement, {
      attributeFilter: ["data-theme"],
    });
  };

  document.querySelectorAll(".course").forEach(draw);
}
