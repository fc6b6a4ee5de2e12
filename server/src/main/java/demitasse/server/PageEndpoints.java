package demitasse.server;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Pages and what they need: a fixed list of resources, read once, so that no path leads anywhere else. */
final class PageEndpoints {
    private record Asset(String type, byte[] bytes, String tag) {
        static Asset of(String type, byte[] bytes) {
            return new Asset(type, bytes, '"' + Digests.shortHash(bytes) + '"');
        }
    }

    private static final String HTML = "text/html; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    /** Of all pages, of the chat, of the console. */
    private static final List<String> SCRIPTS = Stream.of(
                    List.of("common", "i18n", "memory"),
                    List.of("chat", "answers", "handover", "log", "mydata", "takeback", "talk"),
                    List.of("console", "helpdesk", "history", "queue", "writing"))
            .flatMap(List::stream)
            .toList();

    /** Of the pages' texts; see i18n.js. */
    private static final List<String> LANGUAGES = List.of("en", "de");

    private final Map<String, Asset> assets = new LinkedHashMap<>();

    PageEndpoints() {
        addPage("/", "chat");
        addPage("/console", "console");
        add("/assets/demitasse.css", "demitasse.css", CSS);
        add("/assets/chat.css", "chat.css", CSS);
        add("/assets/console.css", "console.css", CSS);
        SCRIPTS.forEach(script -> add("/assets/" + script + ".js", script + ".js", SCRIPT));
        for (String texts : List.of("texts", "chat", "console")) {
            for (String language : LANGUAGES) {
                String file = texts + "." + language + ".json";
                add("/assets/" + file, file, Send.JSON);
            }
        }
        addOffice();
        add("/assets/cup.svg", "cup.svg", "image/svg+xml");
    }

    /** The pages of those who write the documents and want to know how the assistant fares. */
    private void addOffice() {
        for (String page : List.of("kb", "analytics")) {
            addPage("/" + page, page);
            add("/assets/" + page + ".css", page + ".css", CSS);
            add("/assets/" + page + ".js", page + ".js", SCRIPT);
            for (String language : LANGUAGES) {
                String file = page + "." + language + ".json";
                add("/assets/" + file, file, Send.JSON);
            }
        }
        add("/assets/office.css", "office.css", CSS);
        for (String script :
                List.of("office.js", "charts.js", "kb-documents.js", "kb-import.js", "kb-questions.js", "kb-try.js")) {
            add("/assets/" + script, script, SCRIPT);
        }
    }

    /** What pages have in common stands in files of its own, and where it goes, a comment. */
    private void addPage(String path, String name) {
        String navigation =
                text("nav.part.html").replace("href=\"" + path + "\"", "href=\"" + path + "\" aria-current=\"page\"");
        String page = text(name + ".html")
                .replace("<!--head-->", text("head.part.html").strip())
                .replace("<!--nav-->", navigation.strip());
        assets.put(path, Asset.of(HTML, page.getBytes(StandardCharsets.UTF_8)));
    }

    private void add(String path, String resource, String type) {
        assets.put(path, load(resource, type));
    }

    private static Asset load(String resource, String type) {
        return Asset.of(type, bytes(resource));
    }

    private static String text(String resource) {
        return new String(bytes(resource), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = PageEndpoints.class.getResourceAsStream("web/" + resource)) {
            if (in == null) {
                throw new IllegalStateException("resource web/" + resource + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void register(RoutesConfig routes) {
        assets.forEach((path, asset) -> routes.get(path, ctx -> send(ctx, asset), Access.OPEN));
    }

    /** The description of the API, which is there without pages too. */
    static void registerDescription(RoutesConfig routes) {
        Asset description = load("openapi.json", Send.JSON);
        routes.get("/openapi.json", ctx -> send(ctx, description), Access.OPEN);
    }

    /** The browser asks each time, and is told when it already has it. */
    private static void send(Context ctx, Asset asset) {
        ctx.header("Cache-Control", "no-cache");
        ctx.header("ETag", asset.tag());
        ctx.contentType(asset.type());
        if (asset.tag().equals(ctx.header("If-None-Match"))) {
            ctx.status(304);
        } else {
            ctx.result(asset.bytes());
        }
    }
}
