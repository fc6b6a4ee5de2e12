package demitasse.server;

import demitasse.agent.Preview;
import demitasse.rag.Document;
import demitasse.rag.DocumentReader;
import demitasse.rag.Hit;
import demitasse.rag.KnowledgeBase;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The documents that the assistant answers from: to look at, to change, to try. A change is in the next answer. */
final class KnowledgeEndpoints {
    record Source(String source, int documents) {}

    /**
     * @param origin the file or folder that the store is filled from at each start; null: the documents are its own
     * @param limits of an import
     */
    record Overview(int documents, List<Source> sources, String origin, ImportEndpoint.Limit limits) {}

    /** @param excerpt the beginning of the content */
    record Item(String id, String title, String source, int characters, String excerpt) {
        static Item of(Document document) {
            String text = document.content();
            int end = Math.min(text.length(), EXCERPT_CHARS);
            boolean cutsPair = end < text.length() && Character.isHighSurrogate(text.charAt(end - 1));
            String excerpt = text.substring(0, cutsPair ? end - 1 : end);
            return new Item(document.id(), document.title(), document.source(), text.length(), excerpt);
        }
    }

    /** @param total of all pages */
    record Listing(String object, List<Item> data, int total, int page, int pages) {}

    /** @param version what another's change in the meantime is noticed by */
    record Whole(String id, String title, String source, String content, String version) {
        static Whole of(Document document) {
            return new Whole(
                    document.id(), document.title(), document.source(), document.content(), versionOf(document));
        }
    }

    /**
     * @param evidence log-odds that the passage answers, by which hits are ordered and the answer is decided; null where
     *     nobody read it
     * @param score the fused one, which decides what is read
     * @param chunk the passage that fits best
     */
    record Found(
            String id,
            String title,
            String source,
            Double evidence,
            double score,
            double keywordScore,
            double vectorScore,
            String chunk) {
        static Found of(Hit hit) {
            Document document = hit.document();
            return new Found(
                    document.id(),
                    document.title(),
                    document.source(),
                    hit.isRead() ? hit.evidence() : null,
                    hit.score(),
                    hit.keywordScore(),
                    hit.vectorScore(),
                    hit.chunk());
        }
    }

    /** @param query as it was searched for: masked, typing errors repaired */
    record Search(String query, List<Found> hits, AssistEndpoints.Answer answer) {}

    record Removed(String id, boolean deleted) {}

    static final int MAX_ID_CHARS = 300;
    private static final int MAX_TITLE_CHARS = 500;
    private static final int MAX_SOURCE_CHARS = 100;
    private static final int EXCERPT_CHARS = 160;
    private static final int PAGE_SIZE = 25;
    private static final int MAX_PAGE_SIZE = 200;
    /** For an id that is made from a title. */
    private static final int SLUG_CHARS = 60;

    private final Desk desk;
    private final Limits limits;
    /** What is looked at before a change stays so until it is made. */
    private final ReentrantLock editing = new ReentrantLock();

    KnowledgeEndpoints(Desk desk, Limits limits) {
        this.desk = desk;
        this.limits = limits;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/kb", this::overview, Access.ADMIN);
        routes.get("/v1/kb/documents", this::list, Access.ADMIN);
        routes.post("/v1/kb/documents", this::add, Access.ADMIN);
        routes.get("/v1/kb/document", this::one, Access.ADMIN);
        routes.put("/v1/kb/document", this::put, Access.ADMIN);
        routes.delete("/v1/kb/document", this::delete, Access.ADMIN);
        routes.get("/v1/kb/export", this::export, Access.ADMIN);
        routes.post("/v1/kb/search", this::search, Access.ADMIN);
    }

    private KnowledgeBase base() {
        return desk.backOffice().knowledge();
    }

    private void overview(Context ctx) {
        List<Document> documents = base().documents();
        List<Source> sources = documents.stream()
                .collect(Collectors.groupingBy(Document::source, TreeMap::new, Collectors.summingInt(d -> 1)))
                .entrySet()
                .stream()
                .map(entry -> new Source(entry.getKey(), entry.getValue()))
                .toList();
        String origin = base().origin().map(Path::toString).orElse(null);
        Send.json(ctx, new Overview(documents.size(), sources, origin, ImportEndpoint.LIMIT));
    }

    private void list(Context ctx) {
        String query = param(ctx, "query", "").strip().toLowerCase(Locale.ROOT);
        String source = param(ctx, "source", null);
        int size = number(ctx, "size", PAGE_SIZE, MAX_PAGE_SIZE);
        int page = number(ctx, "page", 1, Integer.MAX_VALUE);
        List<Document> found = base().documents().stream()
                .filter(document -> source == null || document.source().equals(source))
                .filter(document -> query.isEmpty() || matches(document, query))
                .sorted(Comparator.comparing(Document::title, String.CASE_INSENSITIVE_ORDER)
                        .thenComparing(Document::id))
                .toList();
        List<Item> data = found.stream()
                .skip((page - 1L) * size)
                .limit(size)
                .map(Item::of)
                .toList();
        int pages = Math.max(1, (found.size() + size - 1) / size);
        Send.json(ctx, new Listing("list", data, found.size(), page, pages));
    }

    private static boolean matches(Document document, String query) {
        return Stream.of(document.id(), document.title(), document.content())
                .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(query));
    }

    private static String param(Context ctx, String name, String otherwise) {
        String value = ctx.queryParam(name);
        return value == null ? otherwise : value;
    }

    static int number(Context ctx, String name, int otherwise, int most) {
        String value = ctx.queryParam(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("[1-9]\\d{0,8}") || Integer.parseInt(value) > most) {
            throw ApiException.invalid(name, "'" + name + "' must be a whole number from 1 to " + most);
        }
        return Integer.parseInt(value);
    }

    private void one(Context ctx) {
        Send.json(ctx, Whole.of(existing(id(ctx))));
    }

    /** By a query's parameter, because ids of documents may have slashes. */
    private static String id(Context ctx) {
        String id = ctx.queryParam("id");
        if (id == null || id.isBlank()) {
            throw ApiException.missing("id");
        }
        return id;
    }

    private Document existing(String id) {
        return base().document(id).orElseThrow(() -> ApiException.notFound("no such document"));
    }

    /** A new document never takes the place of another. */
    private void add(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        String title = shortText(fields, "title", MAX_TITLE_CHARS);
        editing.lock();
        try {
            String id = fields.has("id") ? checked(fields.text("id").strip()) : unusedId(title);
            if (base().document(id).isPresent()) {
                throw ApiException.conflict("there is a document with this id");
            }
            ctx.status(201);
            store(ctx, id, title, fields);
        } finally {
            editing.unlock();
        }
    }

    private static String checked(String id) {
        if (id.length() > MAX_ID_CHARS || id.codePoints().anyMatch(Character::isISOControl)) {
            throw ApiException.invalid("id", "an id has at most " + MAX_ID_CHARS + " characters, none for control");
        }
        return id;
    }

    private String unusedId(String title) {
        String words = title.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", "-")
                .replaceAll("^-|-$", "");
        String slug = words.isEmpty() ? "document" : words.substring(0, Math.min(words.length(), SLUG_CHARS));
        String id = slug;
        for (int i = 2; base().document(id).isPresent(); i++) {
            id = slug + "-" + i;
        }
        return id;
    }

    private void put(Context ctx) throws IOException {
        String id = id(ctx);
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        String title = shortText(fields, "title", MAX_TITLE_CHARS);
        editing.lock();
        try {
            checkVersion(existing(id), fields.text("version", null));
            store(ctx, id, title, fields);
        } finally {
            editing.unlock();
        }
    }

    private void store(Context ctx, String id, String title, Fields fields) {
        String content = fields.text("content", "").strip();
        if (title.isEmpty() && content.isEmpty()) {
            throw ApiException.invalid("content", "a document has a title or content");
        }
        Document document = new Document(id, title, content, shortText(fields, "source", MAX_SOURCE_CHARS));
        base().put(List.of(document));
        Send.json(ctx, Whole.of(document));
    }

    private static String shortText(Fields fields, String name, int most) {
        String text = fields.text(name, "").strip();
        if (text.length() > most) {
            throw ApiException.invalid(name, "'" + name + "' has at most " + most + " characters");
        }
        return text;
    }

    private static void checkVersion(Document now, String seen) {
        if (seen != null && !seen.equals(versionOf(now))) {
            throw ApiException.conflict("somebody has changed this document in the meantime");
        }
    }

    private static String versionOf(Document document) {
        return Digests.shortHash(Json.text(document).getBytes(StandardCharsets.UTF_8));
    }

    private void delete(Context ctx) {
        String id = id(ctx);
        editing.lock();
        try {
            checkVersion(existing(id), ctx.queryParam("version"));
            Send.json(ctx, new Removed(id, base().remove(id)));
        } finally {
            editing.unlock();
        }
    }

    /** As {@link DocumentReader} reads it again. */
    private void export(Context ctx) {
        ctx.header("Content-Disposition", "attachment; filename=\"knowledge.jsonl\"");
        ctx.contentType("application/jsonl; charset=utf-8");
        ctx.result(base().documents().stream()
                .map(document -> Json.text(document) + "\n")
                .collect(Collectors.joining()));
    }

    private void search(Context ctx) throws IOException {
        String query = Fields.of(ctx, limits.bodyBytes()).text("query");
        if (query.length() > limits.messageChars()) {
            throw ApiException.tooLarge("a question has at most " + limits.messageChars() + " characters");
        }
        Preview preview = desk.backOffice().preview(query);
        List<Found> hits = preview.hits().stream().map(Found::of).toList();
        Send.json(ctx, new Search(preview.question(), hits, AssistEndpoints.Answer.of(null, preview.reply())));
    }
}
