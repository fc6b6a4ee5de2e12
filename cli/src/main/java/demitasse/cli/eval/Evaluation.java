package demitasse.cli.eval;

import demitasse.cli.data.DataFile;
import demitasse.rag.Embedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Evaluates the assistant on a folder of data: {@code resolution/, retrieval/, intents/, pii/, sts/}. */
public final class Evaluation {
    private final Path data;
    private final Embedder embedder;
    private final Consumer<String> notes;
    private final Sheet sheet = new Sheet();

    /** @param notes receives what is being done */
    public Evaluation(Path data, Embedder embedder, Consumer<String> notes) {
        this.data = data;
        this.embedder = embedder;
        this.notes = notes;
    }

    /**
     * @param asked the parts to run; empty: those that the folder has data for
     * @param predictions what {@code ask} has written, scored instead of asking; null: ask
     * @return the figures, part by part
     * @throws IOException naming the file and line that is missing or cannot be read
     */
    public List<Measure> run(Set<Part> asked, Path predictions) throws IOException {
        if (!Files.isDirectory(data)) {
            throw new IOException(data + ": no such folder");
        }
        Set<Part> parts = parts(asked);
        resolution(parts, predictions);
        if (parts.contains(Part.RETRIEVAL)) {
            RetrievalPart retrieval = new RetrievalPart(sheet, embedder);
            for (RetrievalPart.Set set : RetrievalPart.sets(data)) {
                notes.accept("retrieval: " + set.name());
                retrieval.run(set);
            }
        }
        if (parts.contains(Part.INTENTS)) {
            intents();
        }
        if (parts.contains(Part.PII)) {
            PiiPart pii = new PiiPart(sheet);
            for (Path file : PiiPart.files(data)) {
                notes.accept("pii: " + DataFile.stem(file));
                pii.run(file);
            }
        }
        if (parts.contains(Part.STS)) {
            StsPart sts = new StsPart(sheet, embedder);
            for (Path file : StsPart.files(data)) {
                notes.accept("sts: " + DataFile.stem(file));
                sts.run(file);
            }
        }
        return sheet.measures();
    }

    /** The worst errors of the run as a Markdown page. The texts stand there as they are, personal data included. */
    public String errors() {
        return ErrorPage.markdown(sheet.mistakes());
    }

    private void resolution(Set<Part> parts, Path predictions) throws IOException {
        if (!parts.contains(Part.RESOLUTION) && !parts.contains(Part.TIMES)) {
            return;
        }
        ResolutionPart resolution = new ResolutionPart(data, sheet);
        boolean figures = parts.contains(Part.RESOLUTION);
        if (figures && predictions != null) {
            int missing = resolution.score(predictions);
            if (missing > 0) {
                notes.accept(missing + " queries have no prediction: counted as empty answers");
            }
        }
        boolean ask = figures && predictions == null;
        if (ask || parts.contains(Part.TIMES)) {
            notes.accept("resolution: asking the assistant");
            resolution.ask(embedder, ask, parts.contains(Part.TIMES));
        }
    }

    private void intents() throws IOException {
        try (IntentPart intents = new IntentPart(sheet, embedder)) {
            for (Map.Entry<String, List<IntentText>> set : IntentText.sets(data).entrySet()) {
                notes.accept("intents: " + set.getKey() + ", " + set.getValue().size() + " texts");
                intents.run(set.getKey(), set.getValue());
            }
        }
    }

    private Set<Part> parts(Set<Part> asked) throws IOException {
        Set<Part> there = EnumSet.noneOf(Part.class);
        for (Part part : Part.values()) {
            if (isThere(part)) {
                there.add(part);
            } else if (asked.contains(part)) {
                throw new IOException(data + ": no data for " + part.label() + "; " + part.needs());
            }
        }
        if (there.isEmpty()) {
            throw new IOException(
                    data + ": none of resolution/, retrieval/, intents/, pii/, sts/ with data to evaluate on");
        }
        if (!asked.isEmpty()) {
            there.retainAll(asked);
        }
        return there;
    }

    private boolean isThere(Part part) throws IOException {
        return switch (part) {
            case RESOLUTION, TIMES -> ResolutionQuery.isIn(data);
            case RETRIEVAL -> !RetrievalPart.sets(data).isEmpty();
            case INTENTS -> !DataFile.in(data.resolve("intents"), ".csv").isEmpty();
            case PII -> !PiiPart.files(data).isEmpty();
            case STS -> !StsPart.files(data).isEmpty();
        };
    }
}
