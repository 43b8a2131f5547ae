"""What a placeholder looks like; agent/router/codes.py makes them and puts the values back."""

import re

from agent.router.redact.spans import KINDS

# A letter or digit that touches a code makes it part of a longer word; Chinese, Thai or Hebrew letters always touch.
GLUE = "0-9A-Za-zªµºÀ-ÖØ-öø-ˁͰ-ͽͿ-΃Ά-ҁҊ-ԯḀ-ỿἀ-῾"
# At least one digit and one letter: neither `user name` nor `ID 2026` is one.
MIXED = r"(?=[A-Za-z]{0,3}[0-9])(?=[0-9]{0,3}[A-Za-z])"
CODE = re.compile(rf"(?<![{GLUE}])(?:{'|'.join(KINDS)})_{MIXED}[0-9A-HJKMNP-TV-Z]{{4}}(?![{GLUE}])")
