// The official openai client for Node, unchanged, against a Demitasse server: node openai_client.mjs URL CHAT EMBEDDING
import assert from "node:assert/strict";
import OpenAI from "openai";
import { VERSION } from "openai/version";

const [url, model, embedding] = process.argv.slice(2);
const client = new OpenAI({ baseURL: url + "/v1", apiKey: "none", maxRetries: 0 });
const messages = [{ role: "user", content: "Say hello to Ada." }];
const weather = {
  type: "function",
  function: {
    name: "get_weather",
    parameters: {
      type: "object",
      properties: { city: { type: "string", enum: ["Paris", "Rome"] } },
      required: ["city"],
    },
  },
};

const tests = {
  async models() {
    const names = [];
    for await (const each of client.models.list()) names.push(each.id);
    assert.ok(names.includes(model) && names.includes(embedding));
  },
  async chat() {
    const whole = await client.chat.completions.create({ model, messages, max_completion_tokens: 10, temperature: 0 });
    assert.ok(whole.usage.completion_tokens <= 10);
    let text = "";
    let usage;
    const stream = await client.chat.completions.create({
      model, messages, max_completion_tokens: 10, temperature: 0, stream: true, stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? "";
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, whole.choices[0].message.content);
    assert.equal(usage.total_tokens, whole.usage.total_tokens);
  },
  async helper() {
    const stream = client.chat.completions.stream({ model, messages, max_tokens: 8, n: 2, seed: 1 });
    const final = await stream.finalChatCompletion();
    assert.equal(final.choices.length, 2);
  },
  async tools() {
    const stream = client.chat.completions.stream({
      model, messages, tools: [weather], tool_choice: "required", max_tokens: 600,
    });
    const message = await stream.finalMessage();
    assert.equal(message.tool_calls[0].function.name, "get_weather");
    assert.ok(JSON.parse(message.tool_calls[0].function.arguments).city);
  },
  async formats() {
    const schema = {
      type: "object", properties: { sure: { type: "boolean" } }, required: ["sure"], additionalProperties: false,
    };
    const answer = await client.chat.completions.parse({
      model, messages, max_tokens: 600,
      response_format: { type: "json_schema", json_schema: { name: "a", strict: true, schema } },
    });
    assert.equal(typeof JSON.parse(answer.choices[0].message.content).sure, "boolean");
  },
  async logprobs() {
    const answer = await client.chat.completions.create({
      model, messages, max_tokens: 4, logprobs: true, top_logprobs: 2,
    });
    assert.equal(answer.choices[0].logprobs.content[0].top_logprobs.length, 2);
  },
  async completions() {
    const answer = await client.completions.create({ model, prompt: ["Once", "Twice"], max_tokens: 4, logprobs: 1 });
    assert.deepEqual(answer.choices.map((choice) => choice.index), [0, 1]);
  },
  async embeddings() {
    const base64 = await client.embeddings.create({ model: embedding, input: ["a refund", "money"] });
    const floats = await client.embeddings.create({
      model: embedding, input: ["a refund", "money"], encoding_format: "float",
    });
    assert.equal(base64.data[1].embedding.length, floats.data[1].embedding.length);
    assert.ok(Math.abs(base64.data[1].embedding[3] - floats.data[1].embedding[3]) < 1e-6);
  },
  async errors() {
    await assert.rejects(client.chat.completions.create({ model, messages: [] }), (e) => {
      assert.ok(e instanceof OpenAI.BadRequestError);
      assert.equal(e.param, "messages");
      return true;
    });
    await assert.rejects(client.chat.completions.create({ model: "gpt-none", messages }), OpenAI.NotFoundError);
  },
};

for (const [name, test] of Object.entries(tests)) {
  await test();
  console.log(name, "ok");
}
console.log("openai for Node", VERSION);
