"""A figure as an option of Apache ECharts: numbers scaled and rounded for the screen."""

from __future__ import annotations

from typing import Any

from hubmodel.output.charts.figure import COLOURS, FONT, Figure, Series, colour, dash, scaled

GREY = {"color": "#4a5763"}
SPLIT = {"lineStyle": {"color": "#d5dbd8"}}
MANY = 120  # periods from which only every second year is named
FEW = 24  # periods up to which a cell's value is written into it
UNNAMED = {"enabled": True, "label": {"enabled": False}}  # the page names a picture by its heading and takeaway
UNSEEN = {"itemStyle": {"color": "transparent"}, "silent": True, "tooltip": {"show": False}}


def echarts(figure: Figure) -> dict[str, Any]:
    """Describe a figure as an option of Apache ECharts."""
    if figure.kind == "heat":
        return heat(figure)
    lies = figure.kind == "span"
    decals = [{"symbol": "none"}, _decal("rect", -0.8), _decal("circle", 0.0), _decal("rect", 0.8)]
    series = [part for at, row in enumerate(figure.series) for part in _series(figure, at, row)]
    return {
        "animation": False,
        "color": list(COLOURS),
        "textStyle": {"fontFamily": FONT, "color": "#33414e"},
        "aria": {**UNNAMED, "decal": {"show": figure.kind == "bar", "decals": decals}},
        "grid": {"left": 4, "right": 14, "top": 30, "bottom": 26 if lies or figure.across else 4, "containLabel": True},
        "tooltip": {"show": False} if lies else {"trigger": "axis", "confine": True},
        "xAxis": _values(figure) if lies else _periods(figure),
        "yAxis": _rows(figure) if lies else _values(figure),
        "series": [*series[:-1], series[-1] | _marks(figure)],
    }  # fmt: skip


def heat(figure: Figure) -> dict[str, Any]:
    """Describe a heat map, a row for each series; with few periods its cells show their values."""
    rows = [scaled(figure, row.values) for row in figure.series]
    cells = [
        [at, row, value] for row, values in enumerate(rows) for at, value in enumerate(values) if value is not None
    ]
    named = {"show": len(figure.periods) <= FEW, "fontSize": 10, "formatter": "{@[2]}"}
    names = {"type": "category", "inverse": True, "data": [row.name for row in figure.series]}
    label = {**GREY, "width": 120, "overflow": "break", "fontSize": 11, "lineHeight": 12}
    scale = {"min": 0, "max": 100, "calculable": False, "orient": "horizontal", "left": "center", "bottom": 0,
             "itemHeight": 120, "itemWidth": 12, "inRange": {"color": ["#eef4f2", "#7fb8b0", "#0f766e", "#0a3d3a"]},
             "text": ["100 %", "0"]}  # fmt: skip
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT, "color": "#33414e"},
        "aria": UNNAMED,
        "grid": {"left": 4, "right": 14, "top": 8, "bottom": 36, "containLabel": True},
        "tooltip": {"confine": True},
        "xAxis": _periods(figure),
        "yAxis": names | {"axisLabel": label, "axisTick": {"show": False}},
        "visualMap": scale,
        "series": [{"type": "heatmap", "data": cells, "label": named, "name": figure.unit_label}],
    }


def _periods(figure: Figure) -> dict[str, Any]:
    every = {"interval": 23} if len(figure.periods) > MANY else {}
    label = {**GREY, "hideOverlap": True, **every}
    name = (
        {"name": figure.across, "nameLocation": "middle", "nameGap": 26, "nameTextStyle": GREY} if figure.across else {}
    )
    return {"type": "category", "data": list(figure.periods), "axisTick": {"show": False}, "axisLabel": label, **name}


def _rows(figure: Figure) -> dict[str, Any]:
    label = {**GREY, "width": 140, "overflow": "break", "interval": 0, "fontSize": 11, "lineHeight": 12}
    axis = {"type": "category", "inverse": True, "data": list(figure.periods), "axisTick": {"show": False}}
    return axis | {"axisLabel": label, "axisLine": {"show": False}}


def _values(figure: Figure) -> dict[str, Any]:
    whole = {"max": 100} if figure.unit == "share" and figure.kind == "line" and figure.from_zero else {}
    name: dict[str, Any] = {"name": figure.unit_label, "nameTextStyle": {**GREY, "align": "left"}}
    if figure.kind == "span":
        name = {"name": figure.unit_label, "nameLocation": "middle", "nameGap": 26, "nameTextStyle": GREY}
    return {"type": "value", **name, "splitLine": SPLIT, "axisLabel": GREY, "scale": not figure.from_zero, **whole}


def _decal(symbol: str, rotation: float) -> dict[str, Any]:
    """Return a pattern over a bar's colour, so that colour never carries meaning alone."""
    white = {"symbol": symbol, "symbolSize": 0.7 if symbol == "circle" else 1, "color": "rgba(255,255,255,0.5)"}
    return white | {"dashArrayX": [1, 0], "dashArrayY": [2, 5], "rotation": rotation}


def _series(figure: Figure, at: int, row: Series) -> list[dict[str, Any]]:
    look = {"itemStyle": {"color": colour(at)}}  # for each series: ECharts ignores a new palette once it has drawn
    shown: dict[str, Any] = {"name": row.name, "data": scaled(figure, row.values), **look}
    if figure.kind == "span":
        return _spans(figure, at, row)
    if figure.kind == "bar":
        return [shown | {"type": "bar", "stack": "all", "barCategoryGap": "25%"}]
    line = {"width": 2.5, "type": list(dash(at)) or "solid", "color": colour(at)}
    return [shown | {"type": "line", "symbol": "none", "lineStyle": line}]


def _spans(figure: Figure, at: int, row: Series) -> list[dict[str, Any]]:
    """Describe bars from start to end; a transparent bar fills the gap from zero."""
    pairs = zip(scaled(figure, row.starts), scaled(figure, row.values), strict=True)
    spans = [(0.0, 0.0) if end is None else sorted((start or 0.0, end)) for start, end in pairs]
    decal = {"symbol": "none"} if at == 0 else _decal("rect", -0.8)
    look = {"itemStyle": {"color": colour(at), "decal": decal}}
    common = {"type": "bar", "name": row.name, "stack": row.name, "barGap": "-100%", "barCategoryGap": "30%"}
    return [
        common | UNSEEN | {"data": [max(low, 0.0) + min(high, 0.0) for low, high in spans]},
        common | look | {"data": [max(high, 0.0) - max(low, 0.0) for low, high in spans]},
        common | look | {"data": [min(low, 0.0) - min(high, 0.0) for low, high in spans]},
    ]


def _marks(figure: Figure) -> dict[str, Any]:
    if not figure.marks:
        return {}
    places = [mark.at if isinstance(mark.at, str) else scaled(figure, [mark.at])[0] for mark in figure.marks]
    lines = [
        {"xAxis": place, "name": mark.name, "label": {"formatter": mark.name, "position": "end", "color": "#33414e"}}
        for mark, place in zip(figure.marks, places, strict=True)
    ]
    style = {"color": "#33414e", "type": "dashed", "width": 1}
    return {"markLine": {"symbol": "none", "silent": True, "animation": False, "lineStyle": style, "data": lines}}
