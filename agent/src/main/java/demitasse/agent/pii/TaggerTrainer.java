package demitasse.agent.pii;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Trains and judges the tagger of names and addresses; what it prints is what TAGGER.md says. */
public final class TaggerTrainer {
    private static final long SEED = 1128;
    private static final int FOLDS = 5;
    private static final int EPOCHS = 6;
    private static final int WITHHELD_PERCENT = 30;
    private static final int REFILLS = 4;
    private static final List<String> TAUGHT = List.of("natcs", "presidio_research");

    private final PrintWriter progress;
    private final List<TaggerData.Row> taught = new ArrayList<>();
    private final List<TaggerData.Row> unseen;
    private final List<TaggerData.Row> negatives;
    private final List<String> questions;
    private final List<TaggerFit.Example> made = new ArrayList<>();
    private final PiiFilter rules = PiiFilter.rulesOnly();

    private TaggerTrainer(Path evaluation, PrintWriter progress) throws IOException {
        this.progress = progress;
        for (String file : TAUGHT) {
            taught.addAll(TaggerData.rows(evaluation, file));
        }
        unseen = TaggerData.rows(evaluation, "filled_templates");
        negatives = TaggerData.rows(evaluation, "negatives");
        questions = TaggerData.questions(evaluation);
        Random random = new Random(SEED);
        for (LabelledText text : TaggerData.made(
                questions, TaggerData.sentences(evaluation), TaggerData.grammar(questions, random), random)) {
            made.add(example(text));
        }
    }

    /**
     * Writes {@code tagger.bin} and prints figures: of each fifth of the templates by a model of the others, of each source
     * by a model of the others, and of the written model itself.
     *
     * @param evaluation folder with {@code pii/} and {@code intents/}
     * @param out folder for the file, made when missing
     * @throws IOException naming the file that could not be read or written
     */
    public static void train(Path evaluation, Path out, PrintWriter progress) throws IOException {
        TaggerTrainer trainer = new TaggerTrainer(evaluation, progress);
        progress.printf("%d made texts, %d annotated%n", trainer.made.size(), trainer.taught.size());
        trainer.crossValidate();
        trainer.leaveOut();
        TaggerModel model = trainer.fit(row -> true);
        Tagger tagger = new Tagger(model, Lexicon.bundled());
        trainer.judge("left out: filled_templates", tagger, trainer.unseen);
        trainer.judge("left out: negatives", tagger, trainer.negatives);
        trainer.judge("its own text", tagger, trainer.taught);
        Files.createDirectories(out);
        try (OutputStream file = Files.newOutputStream(out.resolve("tagger.bin"))) {
            model.write(file);
        }
    }

    private void crossValidate() {
        PiiScore[] scores = {new PiiScore(), new PiiScore()};
        for (int f = 0; f < FOLDS; f++) {
            int fold = f;
            Predicate<TaggerData.Row> test =
                    row -> Math.floorMod(row.labelled().group().hashCode(), FOLDS) == fold;
            List<TaggerData.Row> judged = taught.stream().filter(test).toList();
            Tagger tagger = new Tagger(fit(test.negate()), Lexicon.bundled());
            PiiFilter filter = PiiFilter.with(tagger);
            for (TaggerData.Row row : judged) {
                PiiScore score = scores[TAUGHT.indexOf(row.labelled().source())];
                report(score.add(row.judged(filter)));
            }
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i].print("other templates: " + TAUGHT.get(i), progress);
        }
    }

    private void leaveOut() {
        for (String source : TAUGHT) {
            Predicate<TaggerData.Row> test = row -> row.labelled().source().equals(source);
            List<TaggerData.Row> judged = taught.stream().filter(test).toList();
            judge("left out: " + source, new Tagger(fit(test.negate()), Lexicon.bundled()), judged);
        }
    }

    private void judge(String name, Tagger tagger, List<TaggerData.Row> rows) {
        PiiFilter filter = PiiFilter.with(tagger);
        PiiScore score = new PiiScore();
        int alarms = 0;
        for (TaggerData.Row row : rows) {
            PiiText judged = row.judged(filter);
            alarms += row.spans().isEmpty() && !judged.found().isEmpty() ? 1 : 0;
            report(score.add(judged));
        }
        score.print(name, progress);
        long empty = rows.stream().filter(row -> row.spans().isEmpty()).count();
        progress.printf("%-34s alarms %d of %d texts without personal data%n", name, alarms, empty);
    }

    private void report(List<String> errors) {
        if (Boolean.getBoolean("pii.errors")) {
            errors.forEach(error -> progress.println("    " + error.replace("\n", "\\n")));
        }
    }

    /** The people and addresses of the annotated texts are replaced by made ones: nobody of them is learned. */
    private TaggerModel fit(Predicate<TaggerData.Row> included) {
        List<TaggerFit.Example> examples = new ArrayList<>(made);
        Random random = new Random(SEED + 1);
        TextGrammar grammar = TaggerData.grammar(questions, random);
        for (TaggerData.Row row : taught) {
            if (included.test(row)) {
                for (int i = 0; i < REFILLS; i++) {
                    examples.add(example(TaggerData.refilled(row.labelled(), grammar, random)));
                }
            }
        }
        return TaggerFit.fit(examples, EPOCHS);
    }

    private TaggerFit.Example example(LabelledText text) {
        String whole = text.text();
        Tokens tokens = Tokens.of(whole, rules.matches(whole));
        return new TaggerFit.Example(
                Features.of(tokens, Lexicon.bundled().withholding(WITHHELD_PERCENT)), text.labels(tokens));
    }
}
