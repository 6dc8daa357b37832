"""Lets more of what is generated get past the door: names of the policy in the place of names that are no less valid by
the document, and no waiting for messages. What is wrong stays wrong."""

import schemathesis

TOPICS, CHANNELS = ("news", "alerts"), ("email", "push")


def is_name(value):
    return isinstance(value, str) and 1 <= len(value.encode(errors="surrogatepass")) <= 128 and value.isprintable()


def known(value, names):
    return names[len(value) % 2] if is_name(value) else value


@schemathesis.hook
def before_call(context, case, kwargs):
    body = case.body
    if not isinstance(body, dict):
        return
    if "topic" in body:
        body["topic"] = known(body["topic"], TOPICS)
    channels = body.get("channels")
    if isinstance(channels, list) and 1 <= len(channels) <= 2 and all(map(is_name, channels)):
        body["channels"] = list(CHANNELS[: len(channels)]) if len(set(channels)) == len(channels) else channels
    if isinstance(body.get("wait"), str):
        body["wait"] = "0s"
