package demitasse.server;

import demitasse.rag.Document;
import demitasse.rag.DocumentReader;
import demitasse.rag.KnowledgeBase;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpException;

/**
 * Takes in files of documents. Each file is taken whole or refused whole, with the reason; all that are taken come into the
 * store together. Files are read in memory and their names are labels only.
 */
final class ImportEndpoint {
    /** What one import may send. */
    record Limit(int files, int fileBytes, int requestBytes) {}

    static final Limit LIMIT = new Limit(50, 2 << 20, 16 << 20);

    /**
     * @param reason why it was refused: too_large, unreadable, duplicate (an id that another file of this import has) or
     *     exists (its documents are there with other text, and {@code replace} was not said); null: it was taken
     * @param detail the reason in words
     * @param documents in the file
     */
    record FileReport(
            String file,
            boolean taken,
            String reason,
            String detail,
            Integer documents,
            Integer added,
            Integer replaced,
            Integer unchanged) {
        static FileReport refused(String file, String reason, String detail) {
            return new FileReport(file, false, reason, detail, null, null, null, null);
        }
    }

    /** @param documents in the store now */
    record Report(List<FileReport> files, int taken, int refused, int documents) {}

    private static final String MULTIPART = "multipart/form-data";
    /** The name under which Jetty looks for limits of one request. */
    private static final String CONFIG = "org.eclipse.jetty.multipartConfig";

    private static final long DRAINED_BYTES = 64L << 20;
    private static final int SHOWN_IDS = 3;
    private static final int SHOWN_NAME_CHARS = 200;

    private final Desk desk;
    /** Files are held in memory, and all imports embed with the same threads. */
    private final Semaphore running = new Semaphore(1);

    ImportEndpoint(Desk desk) {
        this.desk = desk;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/kb/import", this::takeIn, Access.ADMIN);
    }

    private void takeIn(Context ctx) throws IOException {
        try {
            Send.json(ctx, imported(ctx));
        } catch (ApiException e) {
            drain(ctx);
            throw e;
        }
    }

    /** A client that is still sending lives to read the answer, and may use the connection again. */
    private static void drain(Context ctx) {
        try {
            Fields.drain(ctx.bodyInputStream(), DRAINED_BYTES);
        } catch (IOException e) {
            // It was malformed, or is gone: what was wrong in the first place is the thing to say.
            ctx.header("Connection", "close");
        }
    }

    private Report imported(Context ctx) throws IOException {
        if (!String.valueOf(ctx.contentType()).startsWith(MULTIPART)) {
            throw new ApiException(415, "invalid_request_error", null, "unsupported_media_type", "send " + MULTIPART);
        }
        if (ctx.contentLength() > LIMIT.requestBytes) {
            throw tooLarge();
        }
        if (!running.tryAcquire()) {
            throw ApiException.conflict("another import is under way");
        }
        try {
            String source = ctx.queryParam("source");
            boolean replace = "true".equals(ctx.queryParam("replace"));
            return new Batch(source == null ? "" : source.strip(), replace).run(files(ctx));
        } finally {
            running.release();
        }
    }

    private static ApiException tooLarge() {
        return ApiException.tooLarge("an import has at most " + LIMIT.requestBytes + " bytes");
    }

    private static List<Part> files(Context ctx) throws IOException {
        // All in memory: nothing of what is sent touches the disk before it is a document.
        ctx.req()
                .setAttribute(CONFIG, new MultipartConfigElement(null, -1, LIMIT.requestBytes, LIMIT.requestBytes + 1));
        List<Part> files = parts(ctx).stream()
                .filter(part -> part.getSubmittedFileName() != null)
                .toList();
        if (files.isEmpty()) {
            throw ApiException.invalid("files", "no file was sent");
        }
        if (files.size() > LIMIT.files) {
            throw ApiException.invalid("files", "an import has at most " + LIMIT.files + " files");
        }
        return files;
    }

    private static Collection<Part> parts(Context ctx) throws IOException {
        try {
            return ctx.req().getParts();
        } catch (ServletException | IllegalStateException | HttpException.RuntimeException e) {
            if (passedALimit(e)) {
                throw tooLarge();
            }
            // Jetty closes the connection after a body that it could not read; the client is to know.
            ctx.header("Connection", "close");
            throw ApiException.invalid("files", "the body is not valid " + MULTIPART);
        }
    }

    /** Jetty says so in words only. */
    private static boolean passedALimit(Throwable problem) {
        for (Throwable t = problem; t != null; t = t.getCause()) {
            if (String.valueOf(t.getMessage()).contains("max length exceeded")) {
                return true;
            }
        }
        return false;
    }

    /** The files of one import. */
    private final class Batch {
        private final String source;
        private final boolean replace;
        /** By id, with the file that each is from. */
        private final Map<String, String> fileOf = new HashMap<>();

        private final KnowledgeBase base = desk.backOffice().knowledge();
        private final Map<String, Document> taken = new LinkedHashMap<>();

        Batch(String source, boolean replace) {
            this.source = source;
            this.replace = replace;
        }

        Report run(List<Part> files) throws IOException {
            List<FileReport> reports = new ArrayList<>();
            for (Part file : files) {
                reports.add(report(file));
            }
            base.put(List.copyOf(taken.values()));
            int good = (int) reports.stream().filter(FileReport::taken).count();
            return new Report(
                    reports, good, reports.size() - good, base.documents().size());
        }

        private FileReport report(Part part) throws IOException {
            String name = shown(part.getSubmittedFileName());
            if (part.getSize() > LIMIT.fileBytes) {
                return FileReport.refused(name, "too_large", "a file has at most " + LIMIT.fileBytes + " bytes");
            }
            List<Document> documents;
            try (var in = part.getInputStream()) {
                documents = DocumentReader.read(part.getSubmittedFileName(), in.readAllBytes(), source);
            } catch (IOException e) {
                return FileReport.refused(name, "unreadable", e.getMessage());
            }
            return report(name, documents);
        }

        private FileReport report(String name, List<Document> documents) {
            int unchanged = 0;
            List<String> others = new ArrayList<>();
            for (Document document : documents) {
                String id = document.id();
                if (id.length() > KnowledgeEndpoints.MAX_ID_CHARS) {
                    String longest = "an id has at most " + KnowledgeEndpoints.MAX_ID_CHARS + " characters";
                    return FileReport.refused(name, "unreadable", longest);
                }
                if (fileOf.containsKey(id)) {
                    String twice = "the id " + id + " is already in " + fileOf.get(id);
                    return FileReport.refused(name, "duplicate", twice);
                }
                Document present = base.document(id).orElse(document);
                unchanged += base.document(id).isPresent() && present.equals(document) ? 1 : 0;
                if (!present.equals(document)) {
                    others.add(id);
                }
            }
            if (!others.isEmpty() && !replace) {
                return FileReport.refused(name, "exists", some(others));
            }
            for (Document document : documents) {
                fileOf.put(document.id(), name);
                taken.put(document.id(), document);
            }
            int added = documents.size() - others.size() - unchanged;
            return new FileReport(name, true, null, null, documents.size(), added, others.size(), unchanged);
        }

        private static String some(List<String> ids) {
            String shown = String.join(", ", ids.subList(0, Math.min(SHOWN_IDS, ids.size())));
            return ids.size() > SHOWN_IDS ? shown + " and " + (ids.size() - SHOWN_IDS) + " more" : shown;
        }
    }

    private static String shown(String name) {
        String plain = name.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}]", "");
        return plain.length() <= SHOWN_NAME_CHARS ? plain : plain.substring(0, SHOWN_NAME_CHARS);
    }
}
