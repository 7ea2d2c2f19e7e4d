"""The bars of the first page: beside the rows they tell of, in the theme's colours.

And the course of a target over time.
"""

from decimal import Decimal

import pytest

from programs.models import Target
from tests import builders

CHART = "Chart.getChart(document.querySelector('.kinds canvas'))"
# How far each bar's middle is from the middle of its row's first line.
OFF = f"""() => {{
  const chart = {CHART}, top = chart.canvas.getBoundingClientRect().top;
  const rows = document.querySelectorAll('.kinds tbody tr');
  return chart.getDatasetMeta(0).data.map((bar, row) => {{
    const line = rows[row].querySelector('a').getBoundingClientRect();
    return Math.abs(top + bar.y - (line.top + line.bottom) / 2);
  }});
}}"""


def until(page, condition):
    """Wait until it holds; the page's policy forbids Playwright's own way."""
    page.evaluate(
        "() => new Promise((done) => { const look = () =>"
        f" {condition} ? done() : requestAnimationFrame(look); look(); }})"
    )


@pytest.fixture
def first_page(signed_in, page):
    page.emulate_media(color_scheme="light")
    page = signed_in("/admin/")
    # The bars are drawn with the first frame, which comes after the page's load.
    until(page, f"window.Chart && {CHART}")
    return page


def test_each_bar_stands_beside_its_row(first_page):
    off = first_page.evaluate(OFF)
    assert len(off) == first_page.locator(".kinds tbody tr").count() > 20
    assert max(off) < 4


def test_a_bar_leads_to_its_list(first_page):
    place = first_page.evaluate(
        f"(() => {{ const bar = {CHART}.getDatasetMeta(0).data[1];"
        " return {x: bar.x - 4, y: bar.y}; })()"
    )
    first_page.locator(".kinds canvas").click(position=place)
    first_page.wait_for_url("**/programs/program/?kind__exact=fund")


def test_the_bars_follow_the_theme(first_page):
    colour = f"{CHART}.data.datasets[0].backgroundColor"
    light = first_page.evaluate(colour)
    first_page.emulate_media(color_scheme="dark")
    until(first_page, f"{colour} !== '{light}'")


def test_on_a_narrow_page_the_bars_have_labels_of_their_own(first_page):
    first_page.set_viewport_size({"width": 390, "height": 900})
    until(first_page, f"{CHART}?.scales.y.type === 'category'")


def test_a_targets_course_is_drawn_up_to_its_date(signed_in, complaints):
    aim = Target.objects.get(indicator="fund_size.equity", region="420100")
    for end in ("2024-12", "2025-12"):
        builders.figure(
            aim.region, aim.indicator_id, value=Decimal(10**11), unit="CNY",
            span="stock", period_end=end, passage=aim.passage,
        )  # fmt: skip
    page = signed_in(f"/admin/tracker/{aim.pk}/")
    chart = "Chart.getChart(document.querySelector('.course canvas'))"
    until(page, f"window.Chart && {chart}")
    drawn = page.evaluate(
        f"{chart}.data.datasets.map((set) => set.data.map((point) =>"
        " [Math.floor(point.x), point.y]))"
    )
    assert drawn[0] == [[2024, 100], [2025, 100]]
    assert drawn[1][1] == [2027, 300]
    assert complaints == []
