"""LangChain's OpenAI module, unchanged, against a Demitasse server: python langchain_client.py URL CHAT EMBEDDING"""

import importlib.metadata
import sys
from typing import Literal

from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAI, OpenAIEmbeddings
from pydantic import BaseModel

URL, CHAT, EMBEDDING = sys.argv[1:4]
WHERE = {"base_url": URL + "/v1", "api_key": "none", "max_retries": 0}
chat_model = ChatOpenAI(model=CHAT, max_tokens=100, temperature=0.5, seed=3, **WHERE)
HELLO = [SystemMessage("Be brief."), HumanMessage("Say hello to Ada.")]


@tool
def get_weather(city: Literal["Paris", "Rome"]) -> str:
    """Weather of a city."""
    return city + ": 18 degrees"


class Verdict(BaseModel):
    """A verdict."""

    sure: bool
    colour: Literal["red", "green"]


def chat():
    short = chat_model.bind(max_tokens=10)
    answer = short.invoke(HELLO)
    assert answer.usage_metadata["output_tokens"] <= 10
    parts = list(short.stream(HELLO))
    assert "".join(part.content for part in parts) == answer.content
    assert len(short.batch([HELLO, HELLO])) == 2


def tools():
    answer = chat_model.bind_tools([get_weather], tool_choice="get_weather").invoke(HELLO)
    assert answer.tool_calls[0]["name"] == "get_weather"
    result = get_weather.invoke(answer.tool_calls[0])
    chat_model.bind_tools([get_weather]).bind(max_tokens=5).invoke(HELLO + [answer, result])


def formats():
    for method in ("json_schema", "function_calling"):
        verdict = chat_model.with_structured_output(Verdict, method=method).invoke(HELLO)
        assert isinstance(verdict, Verdict), verdict


def logprobs():
    answer = chat_model.bind(logprobs=True, top_logprobs=2, max_tokens=4).invoke(HELLO)
    assert len(answer.response_metadata["logprobs"]["content"][0]["top_logprobs"]) == 2


def completions():
    model = OpenAI(model=CHAT, max_tokens=5, n=2, best_of=2, **WHERE)
    generations = model.generate(["Once", "Twice"]).generations
    assert [len(each) for each in generations] == [2, 2]
    assert "".join(OpenAI(model=CHAT, max_tokens=5, temperature=0, **WHERE).stream("Once")) is not None


def embeddings():
    # As for any server but OpenAI's: otherwise LangChain sends the ids of OpenAI's own tokens.
    model = OpenAIEmbeddings(model=EMBEDDING, check_embedding_ctx_length=False, **WHERE)
    vectors = model.embed_documents(["a refund", "my money back", "an espresso machine"])
    query = model.embed_query("refund")
    scores = [sum(a * b for a, b in zip(vector, query)) for vector in vectors]
    assert scores.index(max(scores)) == 0, scores


def errors():
    try:
        ChatOpenAI(model="gpt-none", **WHERE).invoke("x")
    except Exception as e:
        assert type(e).__name__ in ("NotFoundError", "OpenAIModelNotFoundError"), type(e)
        assert "no such model" in str(e)
    else:
        raise AssertionError("not refused")


for test in (chat, tools, formats, logprobs, completions, embeddings, errors):
    test()
    print(test.__name__, "ok")
print("langchain-openai", importlib.metadata.version("langchain-openai"))
