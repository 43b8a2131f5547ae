import time

from agent.asking import learned


def test_the_weights_that_ship_tell_requests_from_news():
    for request in ("Could you send me the slides?", "Please approve v3 before Thursday noon."):
        assert learned.score(request) > 0
    for news in ("The deploy is done.", "Thanks for the help!", "We moved to a new office."):
        assert learned.score(news) < 0


def test_case_white_space_addresses_and_digits_make_no_difference():
    assert learned.buckets("Call  me\nat 030 55") == learned.buckets("call me at 030 17")
    assert learned.buckets("mail bob@example.org") == learned.buckets("mail eve@example.com")


def test_an_empty_sentence_and_a_very_long_one_have_a_score():
    assert isinstance(learned.score(""), float)
    assert learned.score("please send it " * 40) == learned.score("please send it " * 4_000)


def test_a_sentence_takes_well_under_a_millisecond():
    sentence = "Could you please send me the signed contract before Thursday noon, so that Legal has time to read it?"
    learned.score(sentence)
    started = time.process_time()
    for _ in range(200):
        learned.score(sentence)
    assert time.process_time() - started < 200 * 0.001
