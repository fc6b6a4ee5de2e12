package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Makes requests out of a description of the API: right ones first, then something in them is made wrong. */
final class BadRequests {
    /** A request as bytes of HTTP/1.1 that ask for the connection to be closed. */
    record Made(String what, byte[] bytes) {}

    private record Operation(String method, String path, JsonNode body) {}

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEEPEST = 6;
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/json; charset=utf-16",
            "text/xml",
            "multipart/form-data",
            "",
            "json",
            "a/b;;;=");
    private static final List<String> STRINGS = List.of(
            "",
            " ",
            "\u0000",
            "\ud800",
            "<|system|>",
            "' OR 1=1 --",
            "../../../etc/passwd",
            "%00%ff",
            "a".repeat(5_000),
            "\uD83D\uDE00".repeat(2_000),
            "(a+)+$",
            "-1",
            "NaN",
            "true",
            "\r\nX-Injected: 1",
            "e\u0301\u202e\u200b");
    private static final List<String> PATHS = List.of(
            "..",
            "%2e%2e",
            "%00",
            "%zz",
            "%",
            "a%2fb",
            "a;b=c",
            "%ff%fe",
            "\u00e4",
            "x".repeat(3_000),
            "",
            "+",
            "{id}",
            "?",
            "*");
    private static final List<String> QUERIES = List.of(
            "?after=-1",
            "?after=9999999999999999999",
            "?after=%",
            "?after=%ff",
            "?after=1&after=x",
            "?&&=&",
            "?after=NaN",
            "?after=");
    private static final List<String> HEADERS = List.of(
            "Content-Length: -1",
            "Content-Length: 99999999999999999999",
            "Content-Length: 1\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: identity",
            "Expect: 200-ok",
            "Content-Encoding: gzip",
            "Range: bytes=0-0,1-2",
            "If-None-Match: *",
            "Accept: text/event-stream, \u00ff",
            "Upgrade: websocket\r\nConnection: Upgrade",
            "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAAA",
            "Cookie: " + "a=b; ".repeat(1_000),
            "X-Long: " + "y".repeat(20_000),
            "X-Folded: a\r\n b",
            "No Colon",
            ": empty",
            "Host: second",
            "X-Request-Id: \u0001",
            "Authorization: Bearer",
            "Origin: not a uri\u0007");
    private static final List<String> LINES = List.of(
            "GET",
            "GET  HTTP/1.1",
            "GET /health",
            "GET /health HTTP/9.9",
            "G\u0000T / HTTP/1.1",
            "get /health HTTP/1.1",
            "PRI * HTTP/2.0",
            "CONNECT localhost:1 HTTP/1.1",
            "OPTIONS * HTTP/1.1",
            "TRACE / HTTP/1.1",
            "GET http://other.example/health HTTP/1.1",
            "GET //health HTTP/1.1",
            "POST /v1/assist HTTP/1.0",
            "GET /" + "a/".repeat(5_000) + " HTTP/1.1",
            "\u0016\u0003\u0001\u0002\u0000",
            "GET\t/health\tHTTP/1.1");

    private final JsonNode api;
    private final List<Operation> operations = new ArrayList<>();
    private final Random random;

    BadRequests(JsonNode api, Random random) {
        this.api = api;
        this.random = random;
        api.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(method -> operations.add(new Operation(
                                method.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                method.getValue().at("/requestBody/content/application~1json/schema")))));
    }

    Made next() {
        Operation operation = operations.get(random.nextInt(operations.size()));
        String path = path(operation);
        byte[] body = operation.body().isMissingNode() && random.nextBoolean() ? new byte[0] : body(operation);
        String type = oneIn(12) ? pick(TYPES) : TYPES.getFirst();
        String method =
                oneIn(20) ? pick(List.of("PUT", "PATCH", "DELETE", "HEAD", "BREW", "GET", "POST")) : operation.method();
        String line = oneIn(20) ? pick(LINES) : method + " " + path + " HTTP/1.1";
        StringBuilder head = new StringBuilder(line).append("\r\nHost: localhost\r\nConnection: close\r\n");
        if (!type.isEmpty()) {
            head.append("Content-Type: ").append(type).append("\r\n");
        }
        boolean longer = oneIn(25);
        if (oneIn(8)) {
            head.append(pick(HEADERS)).append("\r\n");
        } else {
            head.append("Content-Length: ")
                    .append(longer ? body.length + 7 : body.length)
                    .append("\r\n");
        }
        head.append("\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        if (oneIn(30)) {
            whole = Arrays.copyOf(whole, random.nextInt(whole.length));
        }
        return new Made(line, whole);
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private String path(Operation operation) {
        String path = operation.path().replace("{id}", oneIn(2) ? pick(PATHS) : "h1");
        return oneIn(6) ? path + pick(QUERIES) : path;
    }

    private byte[] body(Operation operation) {
        JsonNode right = value(operation.body(), 0);
        JsonNode wrong = oneIn(8) ? right : mutated(right, 0);
        byte[] json = wrong.toString().getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(14)) {
            case 0 -> Arrays.copyOf(json, random.nextInt(json.length + 1));
            case 1 -> (wrong + "}").getBytes(StandardCharsets.UTF_8);
            case 2 -> flipped(json);
            case 3 -> wrong.toString().getBytes(StandardCharsets.UTF_16);
            case 4 -> ("[".repeat(random.nextInt(3_000)) + wrong).getBytes(StandardCharsets.UTF_8);
            default -> json;
        };
    }

    private byte[] flipped(byte[] json) {
        for (int i = 0; i < 3 && json.length > 0; i++) {
            json[random.nextInt(json.length)] = (byte) random.nextInt(256);
        }
        return json;
    }

    /** What a schema asks for, more or less. */
    private JsonNode value(JsonNode schema, int depth) {
        if (schema.has("$ref")) {
            return value(api.at(schema.path("$ref").asText().substring(1)), depth);
        }
        for (String either : List.of("oneOf", "anyOf", "allOf", "enum")) {
            if (schema.path(either).size() > 0) {
                JsonNode chosen = schema.path(either)
                        .get(random.nextInt(schema.path(either).size()));
                return either.equals("enum") ? chosen : value(chosen, depth);
            }
        }
        JsonNode type = schema.path("type");
        return switch (type.isArray() ? type.path(0).asText() : type.asText()) {
            case "object" -> object(schema, depth);
            case "array" -> NODES.arrayNode().add(value(schema.path("items"), depth + 1));
            case "integer" -> NODES.numberNode(random.nextInt(8));
            case "number" -> NODES.numberNode(random.nextInt(10) / 10.0);
            case "boolean" -> NODES.booleanNode(random.nextBoolean());
            case "string" -> NODES.textNode(pick(List.of("refund", "user", "text", "s1", "Ada", "auto")));
            default -> NODES.textNode("refund");
        };
    }

    private JsonNode object(JsonNode schema, int depth) {
        ObjectNode object = NODES.objectNode();
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        schema.path("properties").properties().forEach(field -> {
            if (depth < DEEPEST && (required.contains(field.getKey()) || oneIn(3))) {
                object.set(field.getKey(), value(field.getValue(), depth + 1));
            }
        });
        return object;
    }

    /** The same with one thing wrong, somewhere. */
    private JsonNode mutated(JsonNode node, int depth) {
        if (node.isObject() && node.size() > 0 && (depth == 0 || random.nextBoolean())) {
            ObjectNode object = node.deepCopy();
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = pick(names);
            switch (random.nextInt(6)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(pick(STRINGS), odd());
                case 2 -> object.set(name, mutated(object.get(name), depth + 1));
                default -> object.set(name, random.nextBoolean() ? odd() : mutated(object.get(name), depth + 1));
            }
            return object;
        }
        if (node.isArray() && node.size() > 0 && random.nextBoolean()) {
            ArrayNode array = node.deepCopy();
            return oneIn(4) ? array.addAll(array.deepCopy()) : array.set(0, mutated(array.get(0), depth + 1));
        }
        return odd();
    }

    private JsonNode odd() {
        return switch (random.nextInt(12)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.numberNode(Long.MAX_VALUE);
            case 2 -> NODES.numberNode(-1);
            case 3 -> NODES.numberNode(1e308);
            case 4 -> NODES.numberNode(new java.math.BigDecimal("1e400"));
            case 5 -> NODES.booleanNode(random.nextBoolean());
            case 6 -> NODES.arrayNode();
            case 7 -> NODES.objectNode();
            case 8 ->
                NODES.arrayNode().add(NODES.arrayNode().add(NODES.objectNode().put("type", "object")));
            case 9 ->
                NODES.objectNode()
                        .put("type", pick(STRINGS))
                        .put("pattern", pick(STRINGS))
                        .put("$ref", "#");
            default -> NODES.textNode(pick(STRINGS));
        };
    }
}
