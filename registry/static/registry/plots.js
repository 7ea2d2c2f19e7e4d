/* Bars beside the rows of a table: one for each row, at its height, in its order. The
   table says it all; where there is no room beside it, the bars stand beneath it with
   labels of their own. */
"use strict";
{
  const LINE = 20;
  const THICK = 12;
  const wide = window.matchMedia("(min-width: 768px)");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(name).trim();
    return {
      series: [1, 2, 3].map((number) => read(`--series-${number}`)),
      line: read("--border-color"),
      text: read("--body-quiet-color"),
      ground: read("--body-bg"),
    };
  };

  // A line at the whole, for shares.
  const mark = {
    id: "mark",
    afterDatasetsDraw(chart, _args, options) {
      if (!options.at) return;
      const { ctx, chartArea, scales } = chart;
      const x = Math.round(scales.x.getPixelForValue(options.at)) + 0.5;
      ctx.save();
      ctx.strokeStyle = options.colour;
      ctx.setLineDash([3, 3]);
      ctx.beginPath();
      ctx.moveTo(x, chartArea.top);
      ctx.lineTo(x, chartArea.bottom);
      ctx.stroke();
      ctx.restore();
    },
  };

  // The length of the longest bar, or of the mark: the width of the plot.
  const longest = (data) => {
    const lengths = data.labels.map((_label, row) =>
      data.series.reduce((sum, series) => sum + (series.values[row] || 0), 0),
    );
    return Math.max(...lengths, data.mark ? data.mark * 1.05 : 0);
  };

  const options = (data, beside, height, found) => ({
    indexAxis: "y",
    animation: false,
    maintainAspectRatio: false,
    layout: { padding: 0 },
    plugins: {
      legend: { display: false },
      tooltip: {
        displayColors: data.series.length > 1,
        callbacks: {
          title: ([item]) => data.labels[item.dataIndex],
          label: (item) => `${item.dataset.label} ${item.formattedValue}${data.unit || ""}`,
        },
      },
      mark: { at: data.mark, colour: found.text },
    },
    scales: {
      x: {
        stacked: true,
        beginAtZero: true,
        suggestedMax: data.mark,
        max: beside ? longest(data) : undefined,
        display: !beside,
        border: { display: false },
        grid: { color: found.line },
        ticks: { color: found.text, precision: 0 },
      },
      y: beside
        ? {
            type: "linear",
            stacked: true,
            display: false,
            offset: false,
            reverse: true,
            min: 0,
            max: height,
          }
        : {
            stacked: true,
            border: { display: false },
            grid: { display: false },
            ticks: { color: found.text, autoSkip: false },
          },
    },
    onClick: (_event, bars) => {
      const link = bars.length && data.links[bars[0].index];
      if (link) window.location.assign(link);
    },
  });

  const draw = (plot) => {
    const data = JSON.parse(document.getElementById(plot.dataset.plot).textContent);
    const table = plot.parentNode.querySelector("table");
    let chart = null;

    const make = () => {
      const beside = wide.matches;
      const found = colours();
      const all = table.getBoundingClientRect();
      const head = table.tHead.getBoundingClientRect().height;
      const height = beside ? all.height : data.labels.length * 18 + 24;
      // Where each row's first line is, however many lines it has.
      const lines = Array.from(table.tBodies[0].rows, (row) => {
        const { top } = row.cells[0].getBoundingClientRect();
        return top - all.top - head + LINE / 2 + 1;
      });
      const place = (value, row) => (beside ? { x: value, y: lines[row] } : value);
      if (chart) chart.destroy();
      plot.style.paddingTop = beside ? `${head}px` : "0";
      plot.style.height = `${height}px`;
      chart = new window.Chart(plot.querySelector("canvas"), {
        type: "bar",
        data: {
          labels: data.labels,
          datasets: data.series.map((series, number) => ({
            label: series.label,
            data: series.values.map(place),
            backgroundColor: found.series[number],
            borderColor: found.ground,
            borderWidth: { right: 1 },
            borderSkipped: false,
            barThickness: THICK,
          })),
        },
        options: options(data, beside, height - head, found),
        plugins: [mark],
      });
    };

    // Called at once, and whenever the rows change their height.
    new ResizeObserver(make).observe(table);
    dark.addEventListener("change", make);
    new MutationObserver(make).observe(document.documentElement, {
      attributeFilter: ["data-theme"],
    });
  };

  document.querySelectorAll(".plot").forEach(draw);
}
