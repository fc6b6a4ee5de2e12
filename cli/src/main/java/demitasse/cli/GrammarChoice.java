package demitasse.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import demitasse.cli.data.DataFile;
import demitasse.phi3.grammar.Grammar;
import demitasse.phi3.grammar.GrammarException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a text must look like, if anything is said about it. */
final class GrammarChoice {
    @Option(names = "--grammar", paramLabel = "FILE", description = "A grammar in GBNF, as llama.cpp reads it.")
    private Path grammar;

    @Option(names = "--json-schema", paramLabel = "FILE", description = "A JSON Schema.")
    private Path schema;

    boolean both() {
        return grammar != null && schema != null;
    }

    boolean given() {
        return grammar != null || schema != null;
    }

    /** Null if no file is given. */
    Grammar read() throws IOException {
        Path file = grammar != null ? grammar : schema;
        if (file == null) {
            return null;
        }
        try {
            // Not without a byte-order mark: that is no part of the language.
            return grammar != null
                    ? Grammar.parse(Files.readString(file))
                    : Grammar.ofJsonSchema(
                            JsonLines.JSON.readValue(DataFile.text(file), new TypeReference<Map<String, Object>>() {}));
        } catch (GrammarException e) {
            throw new InputException(file + ": " + e.getMessage());
        } catch (JsonProcessingException e) {
            throw new InputException(file + ": no JSON object: " + e.getOriginalMessage());
        } catch (MalformedInputException e) {
            throw new InputException(file + ": no UTF-8 text");
        }
    }
}
