"""The official ollama client, unchanged, against a Demitasse server: python ollama_client.py URL CHAT EMBEDDING"""

import importlib.metadata
import json
import sys

import ollama

URL, CHAT, EMBEDDING = sys.argv[1:4]
client = ollama.Client(host=URL)
HELLO = [{"role": "user", "content": "Say hello to Ada."}]
SHORT = {"num_predict": 12, "temperature": 0, "num_ctx": 512}


def models():
    listed = client.list().models
    assert CHAT + ":latest" in [model.model for model in listed], listed
    assert all(model.size > 0 and model.details.family for model in listed)
    shown = client.show(CHAT)
    assert "completion" in shown.capabilities and shown.modelinfo["general.architecture"]
    assert "embedding" in client.show(EMBEDDING).capabilities
    assert client.ps().models[0].context_length > 0


def chat():
    whole = client.chat(model=CHAT, messages=HELLO, options=SHORT)
    assert whole.done and whole.done_reason in ("stop", "length")
    assert whole.message.role == "assistant"
    assert whole.eval_count <= 12 and whole.prompt_eval_count > 0 and whole.total_duration > 0
    text, last = "", None
    for part in client.chat(model=CHAT + ":latest", messages=HELLO, options=SHORT, stream=True):
        text += part.message.content
        last = part
    assert text == whole.message.content, (text, whole)
    assert last.done and last.eval_count == whole.eval_count and last.model == CHAT + ":latest"
    other = client.chat(model=CHAT, messages=HELLO, options={**SHORT, "stop": ["e"], "seed": 4, "top_k": 3})
    assert "e" not in other.message.content


def generate():
    whole = client.generate(model=CHAT, prompt="Hello", system="Be brief.", options=SHORT)
    assert whole.done and whole.eval_count > 0
    text = "".join(
        part.response
        for part in client.generate(model=CHAT, prompt="Hello", system="Be brief.", options=SHORT, stream=True)
    )
    assert text == whole.response
    raw = client.generate(model=CHAT, prompt="Hello", raw=True, options=SHORT, logprobs=True, top_logprobs=2)
    assert raw.prompt_eval_count < whole.prompt_eval_count
    assert raw.logprobs and len(raw.logprobs[0].top_logprobs) == 2 and raw.logprobs[0].logprob <= 0
    assert client.generate(model=CHAT).done_reason == "load"


def formats():
    schema = {"type": "object", "properties": {"sure": {"type": "boolean"}}, "required": ["sure"]}
    answer = client.chat(model=CHAT, messages=HELLO, format=schema, options={"num_predict": 60})
    assert isinstance(json.loads(answer.message.content)["sure"], bool)
    answer = client.chat(model=CHAT, messages=HELLO, format="json", options={"num_predict": 20})
    assert answer.message.content.startswith("{")


def get_weather(city: str) -> str:
    """Weather of a city.

    Args:
      city: the city
    """
    return city + ": 18 degrees"


def tools():
    answer = client.chat(model=CHAT, messages=HELLO, tools=[get_weather], options=SHORT)
    assert answer.done
    call = {"function": {"name": "get_weather", "arguments": {"city": "Rome"}}}
    more = HELLO + [
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_name": "get_weather", "content": "Rome: 18 degrees"},
    ]
    assert client.chat(model=CHAT, messages=more, tools=[get_weather], options=SHORT).done


def embeddings():
    both = client.embed(model=EMBEDDING, input=["a refund", "my money back"])
    assert len(both.embeddings) == 2 and both.prompt_eval_count > 0
    one = client.embeddings(model=EMBEDDING, prompt="a refund").embedding
    assert max(abs(a - b) for a, b in zip(one, both.embeddings[0])) < 1e-6


def errors():
    for call, status in (
        (lambda: client.chat(model="llama-none", messages=HELLO), 404),
        (lambda: client.chat(model=CHAT, messages=HELLO, options={"temperature": -1}), 400),
        (lambda: client.generate(model=CHAT, prompt="x", suffix="y"), 400),
        (lambda: client.embed(model=EMBEDDING, input="x", dimensions=5), 400),
    ):
        try:
            call()
        except ollama.ResponseError as e:
            assert e.status_code == status and isinstance(e.error, str), e
        else:
            raise AssertionError("not refused")


for test in (models, chat, generate, formats, tools, embeddings, errors):
    test()
    print(test.__name__, "ok")
print("ollama", importlib.metadata.version("ollama"))
