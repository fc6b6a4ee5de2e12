package demitasse.cli.eval;

import demitasse.agent.AnswerMode;
import demitasse.agent.Assistant;
import demitasse.agent.Classification;
import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The shipped classifier of intents: strictly on core rows, and counting acceptable other intents on all rows. */
final class IntentPart implements AutoCloseable {
    private final Sheet sheet;
    private final KnowledgeBase base;
    private final Assistant assistant;
    private final Map<String, Classification> known = new HashMap<>();

    IntentPart(Sheet sheet, Embedder embedder) {
        this.sheet = sheet;
        base = KnowledgeBase.inMemory(embedder);
        assistant = Assistant.open(new Assistant.Config(base, embedder, null, AnswerMode.EXTRACTIVE, null));
    }

    void run(String set, List<IntentText> texts) {
        List<Classification> found = texts.stream()
                .map(t -> known.computeIfAbsent(t.text(), assistant::classify))
                .toList();
        List<String> labels = found.stream().map(c -> c.intent().label()).toList();
        figures(set, texts, labels);
        for (int i = 0; i < labels.size(); i++) {
            IntentText text = texts.get(i);
            // A part of a file is in the file, too.
            if (!set.contains(":") && !text.accepts(labels.get(i))) {
                double sure = found.get(i).confidence();
                String got = String.format(Locale.ROOT, "%s (%.2f)", labels.get(i), sure);
                sheet.mistake(new Mistake(Mistake.Kind.WRONG_INTENT, set, text.text(), text.intent(), got, sure));
            }
        }
    }

    private void figures(String set, List<IntentText> texts, List<String> found) {
        int n = texts.size();
        double[] core = new double[n];
        double[] strict = new double[n];
        double[] accepted = new double[n];
        String[] wanted = new String[n];
        String[] kept = new String[n];
        for (int i = 0; i < n; i++) {
            IntentText text = texts.get(i);
            wanted[i] = text.intent();
            core[i] = text.core() ? 1 : 0;
            strict[i] = text.core() && found.get(i).equals(text.intent()) ? 1 : 0;
            accepted[i] = text.accepts(found.get(i)) ? 1 : 0;
            kept[i] = accepted[i] == 1 ? text.intent() : found.get(i);
        }
        MacroF1 strictF1 = new MacroF1(wanted, found.toArray(String[]::new), core);
        double[] all = new double[n];
        Arrays.fill(all, 1);
        MacroF1 acceptedF1 = new MacroF1(wanted, kept, all);
        long coreCount = texts.stream().filter(IntentText::core).count();
        sheet.of(Part.INTENTS, set, "core rows")
                .ratio("accuracy", strict, core)
                .figure("macro_f1", n, coreCount, strictF1);
        sheet.of(Part.INTENTS, set, "all rows, acceptable counted")
                .mean("accuracy", accepted)
                .figure("macro_f1", n, n, acceptedF1);
    }

    @Override
    public void close() {
        assistant.close();
        base.close();
    }
}
