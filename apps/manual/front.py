"""The picture of the README, from the roller to the weeks after: front.py OUT.png. Needs the packages cairosvg and pillow."""

import io
import pathlib
import re
import sys
import tempfile

import cairosvg
import matplotlib
import numpy as np

matplotlib.use("agg")
import matplotlib.pyplot as plt  # noqa: E402
from PIL import Image  # noqa: E402

import percuta as pc  # noqa: E402


def drawing(result, label):
    """A drawing of the report, by the words that describe it, as pixels."""
    with tempfile.TemporaryDirectory() as folder:
        result.save(folder, overwrite=True)
        page = (pathlib.Path(folder) / "report.html").read_text(encoding="utf-8")
    (svg,) = re.findall(rf'<svg[^>]*aria-label="{label}".*?</svg>', page, re.S)
    svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return np.asarray(Image.open(io.BytesIO(cairosvg.svg2png(svg.encode(), output_width=1280, background_color="white"))))


def main(out):
    r = pc.run(pc.read_case("cheek-medical-roller"))
    figure = plt.figure(figsize=(10, 5.6), layout="constrained")
    panels = figure.subplot_mosaic([["roller", "roller", "map"], ["depth", "weeks", "map"]], width_ratios=(1, 1, 1.1))
    panels["roller"].imshow(drawing(r, "the roller at work in section"))
    panels["roller"].set_title("A 1.5 mm roller on the cheek, 5 N")
    panels["roller"].axis("off")
    pc.plots.channel_map(r, panels["map"])
    panels["map"].set_title("Channels after sixteen passes")
    pc.plots.depth_histogram(r, panels["depth"])
    panels["depth"].set_title("How deep needles get")
    days = r["/healing/time"].to("days")
    for name in ("collagen", "strength"):
        panels["weeks"].plot(days, 100 * (np.asarray(r[f"/healing/{name}"]) - 1), label=name)
    panels["weeks"].set(xlabel="days", ylabel="change, %", title="The months after, needled depth")
    panels["weeks"].legend()
    figure.savefig(out, dpi=110)


if __name__ == "__main__":
    main(*sys.argv[1:])
