package demitasse.cli.eval;

import java.util.Locale;

/** What can be evaluated, in the order of the table. */
public enum Part {
    RESOLUTION("it needs resolution/kb.jsonl and queries.jsonl"),
    TIMES("it needs resolution/kb.jsonl and queries.jsonl"),
    RETRIEVAL("it needs retrieval/NAME_docs.jsonl and NAME_queries.jsonl"),
    INTENTS("it needs CSV files in intents/"),
    PII("it needs JSONL files in pii/"),
    STS("it needs CSV files in sts/");

    private final String needs;

    Part(String needs) {
        this.needs = needs;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    String needs() {
        return needs;
    }
}
