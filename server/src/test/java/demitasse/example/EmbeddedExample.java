package demitasse.example;

import demitasse.server.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Demitasse inside another program; docs and README show these lines. */
final class EmbeddedExample {
    private EmbeddedExample() {}

    /** @param program what the program does with the server's address */
    static void run(Path encoder, Path model, Path documents, int port, Consumer<String> program) throws IOException {
        var setup =
                EmbeddedServer.Setup.of(encoder, documents).withChatModel(model).withPort(port);
        try (var server = EmbeddedServer.start(setup)) {
            program.accept(server.url());
        }
    }
}
