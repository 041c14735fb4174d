"""Key figures that follow a slider: what stands there without a script, and what a script reads."""

import json
import re

from kamlib.show.sentences import Position, slider

NAME = "</script><b>&"


def known(shown):
    (text,) = re.findall(r'<script type="application/json">(.*?)</script>', shown.html)
    return json.loads(text)


def test_a_slider_says_what_is_in_force_and_knows_the_rest():
    positions = [Position("70 %", ("2",), f"No longer: {NAME}."), Position("80 %", ("3",), "")]
    shown = slider("A <ends>", ["Accounts"], positions, 1)
    assert "A &lt;ends&gt;: <b>80 %, as in force</b>" in shown.html
    assert "<b>3</b> <span>Accounts</span>" in shown.html and "<b>2</b>" not in shown.html
    assert shown.plain == "A <ends>: 80 %, as in force\nAccounts: 3"
    found = known(shown)
    assert found["start"] == 1 and found["label"] == "A <ends>"
    assert found["steps"][0] == {"at": "70 %", "figures": ["2"], "words": f"No longer: {NAME}."}
    assert found["steps"][1]["at"] == "80 %, as in force"


def test_no_name_ends_the_script():
    shown = slider("A", ["Accounts"], [Position("1", ("1",), NAME + "\u2028")], 0)
    assert shown.html.count("</script>") == 1 and "\u2028" not in shown.html
    assert known(shown)["steps"][0]["words"] == NAME + "\u2028"
