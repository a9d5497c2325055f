"""A client's colour → one that can be read on every paper of the theme."""

from __future__ import annotations

import colorsys

LEAST = 4.5
"""What WCAG 2.2 asks of text (section 1.4.3)."""
LEAST_ON_DARK = 7.0
"""What it asks at its highest level (1.4.6): on dark paper a colour of just 4.5 looks dim beside white letters."""
FULLEST_ON_DARK = 0.6
"""Of 1.0: a full colour that is lightened glares on dark paper."""
LIGHT = ("#ffffff", "#f4f6f6")
"""Paper and wash in the light scheme, as in styles/2-roles.css."""
DARK = ("#0d1417", "#141d21")


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio of two colours (`#rrggbb`), 1.0 to 21.0, as in WCAG 2.2 section 1.4.3."""
    lighter, darker = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, papers: tuple[str, ...]) -> str:
    """Return `colour` darkened, or on dark papers lightened, until it has enough on each; its hue stays."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    is_light = _luminance(papers[0]) > 0.5
    step, least = (-0.01, LEAST) if is_light else (0.01, LEAST_ON_DARK)
    for turn in range(101):
        if turn and not is_light:
            saturation = min(saturation, FULLEST_ON_DARK)
        tried = _hex(colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness + turn * step)), saturation))
        if all(contrast(tried, paper) >= least for paper in papers):
            return tried
    raise AssertionError(f"neither black nor white can be read on {papers}")


def brand_styles(colour: str) -> bytes:
    """Return the stylesheet of one client's colour, for both schemes; on paper only the brand's line has it."""
    light, dark = readable(colour, LIGHT), readable(colour, DARK)
    return (
        f":root {{ --brand: {light}; }}\n"
        f"@media screen {{\n"
        f"  :root {{ --link: {light}; --plot-1: {light}; }}\n"
        f"  @media (prefers-color-scheme: dark) {{\n"
        f'    :root:not([data-scheme="light"]) {{ --brand: {dark}; --link: {dark}; --plot-1: {dark}; }}\n'
        f"  }}\n"
        f'  :root[data-scheme="dark"] {{ --brand: {dark}; --link: {dark}; --plot-1: {dark}; }}\n'
        f"}}\n"
    ).encode()


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
