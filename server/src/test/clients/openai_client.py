"""The official openai client, unchanged, against a Demitasse server: python openai_client.py URL CHAT EMBEDDING"""

import base64
import math
import struct
import sys

import openai

URL, CHAT, EMBEDDING = sys.argv[1:4]
client = openai.OpenAI(base_url=URL + "/v1", api_key="none", max_retries=0)
HELLO = [{"role": "user", "content": "Say hello to Ada."}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Weather of a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "enum": ["Paris", "Rome"]}},
            "required": ["city"],
        },
    },
}
SCHEMA = {
    "type": "object",
    "properties": {"sure": {"type": "boolean"}, "colour": {"type": "string", "enum": ["red", "green"]}},
    "required": ["sure", "colour"],
    "additionalProperties": False,
}


def models():
    names = [model.id for model in client.models.list()]
    assert CHAT in names and EMBEDDING in names, names
    assert client.models.retrieve(CHAT).id == CHAT


def chat():
    answer = client.chat.completions.create(model=CHAT, messages=HELLO, max_completion_tokens=12, seed=1)
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].finish_reason in ("stop", "length")
    assert 0 < answer.usage.completion_tokens <= 12
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    again = client.chat.completions.create(model=CHAT, messages=HELLO, max_completion_tokens=12, seed=1)
    assert answer.choices[0].message.content == again.choices[0].message.content
    client.chat.completions.create(
        model=CHAT,
        messages=HELLO,
        max_tokens=4,
        temperature=0.3,
        top_p=0.9,
        presence_penalty=0.5,
        frequency_penalty=0.5,
        logit_bias={"5": -100},
        stop=["\n"],
        user="somebody",
    )


def stream():
    whole = client.chat.completions.create(model=CHAT, messages=HELLO, max_tokens=12, temperature=0)
    text, reasons, usage = "", [], None
    for chunk in client.chat.completions.create(
        model=CHAT, messages=HELLO, max_tokens=12, temperature=0, stream=True, stream_options={"include_usage": True}
    ):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            reasons += [choice.finish_reason] if choice.finish_reason else []
    assert text == whole.choices[0].message.content, (text, whole)
    assert reasons == [whole.choices[0].finish_reason]
    assert usage.completion_tokens == whole.usage.completion_tokens


def several():
    answer = client.chat.completions.create(model=CHAT, messages=HELLO, max_tokens=8, n=3, seed=5)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert answer.usage.completion_tokens <= 24
    texts = ["", "", ""]
    for chunk in client.chat.completions.create(
        model=CHAT, messages=HELLO, max_tokens=8, n=3, seed=5, stream=True
    ):
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""
    assert texts == [choice.message.content for choice in answer.choices], (texts, answer)
    assert len(set(texts)) > 1, texts


def tools():
    answer = client.chat.completions.create(
        model=CHAT, messages=HELLO, tools=[WEATHER], tool_choice="required", max_tokens=600
    )
    call = answer.choices[0].message.tool_calls[0]
    assert answer.choices[0].finish_reason == "tool_calls"
    assert call.type == "function" and call.function.name == "get_weather" and call.id
    assert '"city"' in call.function.arguments, call
    named = {"type": "function", "function": {"name": "get_weather"}}
    name, arguments = "", ""
    for chunk in client.chat.completions.create(
        model=CHAT, messages=HELLO, tools=[WEATHER], tool_choice=named, max_tokens=600, stream=True
    ):
        for part in chunk.choices[0].delta.tool_calls or []:
            name += part.function.name or ""
            arguments += part.function.arguments or ""
    assert name == "get_weather" and '"city"' in arguments, (name, arguments)
    result = {"role": "tool", "tool_call_id": call.id, "content": "18 degrees"}
    more = HELLO + [answer.choices[0].message, result]
    client.chat.completions.create(model=CHAT, messages=more, tools=[WEATHER], max_tokens=5)
    none = client.chat.completions.create(
        model=CHAT, messages=HELLO, tools=[WEATHER], tool_choice="none", max_tokens=5
    )
    assert not none.choices[0].message.tool_calls


def formats():
    import json

    answer = client.chat.completions.create(
        model=CHAT,
        messages=HELLO,
        max_tokens=600,
        response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA, "strict": True}},
    )
    parsed = json.loads(answer.choices[0].message.content)
    assert parsed["colour"] in ("red", "green") and isinstance(parsed["sure"], bool)
    answer = client.chat.completions.create(
        model=CHAT, messages=HELLO, max_tokens=20, response_format={"type": "json_object"}
    )
    assert answer.choices[0].message.content.startswith("{")


def logprobs():
    answer = client.chat.completions.create(
        model=CHAT, messages=HELLO, max_tokens=6, temperature=0, logprobs=True, top_logprobs=3
    )
    tokens = answer.choices[0].logprobs.content
    assert tokens
    for token in tokens:
        assert token.logprob <= 0 and len(token.top_logprobs) == 3
        assert token.top_logprobs[0].logprob == token.logprob, "greedy takes the likeliest"
        assert sum(math.exp(top.logprob) for top in token.top_logprobs) <= 1.0001
    told = b"".join(bytes(token.bytes) for token in tokens).decode(errors="replace")
    assert told == answer.choices[0].message.content, (told, answer)
    streamed = []
    for chunk in client.chat.completions.create(
        model=CHAT, messages=HELLO, max_tokens=6, temperature=0, logprobs=True, top_logprobs=3, stream=True
    ):
        for choice in chunk.choices:
            streamed += choice.logprobs.content if choice.logprobs else []
    assert [token.token for token in streamed] == [token.token for token in tokens]
    plain = client.completions.create(model=CHAT, prompt="Once", max_tokens=5, temperature=0, logprobs=2)
    columns = plain.choices[0].logprobs
    assert len(columns.tokens) == len(columns.token_logprobs) == len(columns.top_logprobs) == len(columns.text_offset)
    assert columns.text_offset[0] == 0


def completions():
    answer = client.completions.create(model=CHAT, prompt=["Once", "Twice"], max_tokens=5, n=2, seed=3)
    assert [choice.index for choice in answer.choices] == [0, 1, 2, 3]
    echoed = client.completions.create(model=CHAT, prompt="Once", max_tokens=3, echo=True)
    assert echoed.choices[0].text.startswith("Once")
    tokens = client.completions.create(model=CHAT, prompt=[5, 6, 7], max_tokens=3)
    assert tokens.usage.prompt_tokens >= 3
    text = ""
    for chunk in client.completions.create(model=CHAT, prompt="Once", max_tokens=5, temperature=0, stream=True):
        text += chunk.choices[0].text if chunk.choices else ""
    whole = client.completions.create(model=CHAT, prompt="Once", max_tokens=5, temperature=0)
    assert text == whole.choices[0].text


def embeddings():
    texts = ["a refund takes five days", "my money back"]
    floats = client.embeddings.create(model=EMBEDDING, input=texts, encoding_format="float")
    vectors = client.embeddings.create(model=EMBEDDING, input=texts)  # asks for base64 by itself
    for one, other in zip(floats.data, vectors.data):
        assert max(abs(a - b) for a, b in zip(one.embedding, other.embedding)) < 1e-6
    raw = client.embeddings.create(model=EMBEDDING, input=texts[0], encoding_format="base64").data[0].embedding
    assert len(base64.b64decode(raw)) == struct.calcsize("f") * len(floats.data[0].embedding)
    words = client.embeddings.create(model=EMBEDDING, input="hello world").data[0].embedding
    ids = client.embeddings.create(model=EMBEDDING, input=[[7592, 2088]]).data[0].embedding
    assert max(abs(a - b) for a, b in zip(words, ids)) < 1e-5, "BERT's own token ids"
    refused(lambda: client.embeddings.create(model=EMBEDDING, input="x", dimensions=5), "dimensions")


def refused(call, param, kind=openai.BadRequestError):
    try:
        call()
    except kind as e:
        assert e.param == param, e
        assert e.type == "invalid_request_error" and e.code, e
        return
    raise AssertionError(param + " was not refused")


def errors():
    refused(lambda: client.chat.completions.create(model=CHAT, messages=[]), "messages")
    refused(lambda: client.chat.completions.create(model=CHAT, messages=HELLO, temperature=5), "temperature")
    refused(lambda: client.chat.completions.create(model=CHAT, messages=HELLO, n=99), "n")
    refused(
        lambda: client.chat.completions.create(model="gpt-none", messages=HELLO), "model", openai.NotFoundError
    )


for test in (models, chat, stream, several, tools, formats, logprobs, completions, embeddings, errors):
    test()
    print(test.__name__, "ok")
print("openai", openai.__version__)
