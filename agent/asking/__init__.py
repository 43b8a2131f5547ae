"""Does a sentence ask its reader for something? No model of llama.cpp's is asked, so it takes well under a millisecond.

rules    cues in nine languages, written by hand: what `gist` and the reader's "needs you" go by
learned  the same question for English, by weights fitted on sentences that people marked (models/asking.json)
promise  does its writer take something on?
duty     does it say that something must be done, without asking anybody?
aside    does nobody have to do anything because of it, whatever else it looks like?
plain    a sentence as all of these read it
"""

from agent.asking.rules import asks

__all__ = ["asks"]
