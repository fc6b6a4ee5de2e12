package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import demitasse.rag.KnowledgeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KnowledgeWatchTest {
    private static final Embedder ONES = new Embedder() {
        @Override
        public int dimensions() {
            return 1;
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            return texts.stream().map(text -> new float[] {1}).toList();
        }
    };

    @TempDir
    private Path folder;

    @Test
    void readsWhatHasComeToRestAndKeepsWhatItHasOtherwise() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "We are open.");
        try (KnowledgeBase base = KnowledgeBase.inMemory(ONES)) {
            KnowledgeSource source = new KnowledgeSource(base, folder);
            String state = source.state();
            source.reload();
            try (KnowledgeWatch watch = new KnowledgeWatch(source, state)) {
                watch.look();
                Files.writeString(folder.resolve("b.txt"), "We are");
                watch.look(); // it may still be written to
                assertEquals(1, base.documents().size());
                Files.writeString(folder.resolve("b.txt"), "We are closed on Sundays.");
                watch.look();
                assertEquals(1, base.documents().size());
                watch.look();
                assertEquals(2, base.documents().size());
                Files.write(folder.resolve("c.txt"), new byte[] {(byte) 0xff});
                Files.delete(file);
                watch.look();
                watch.look();
                watch.look();
                assertEquals(2, base.documents().size());
                Files.delete(folder.resolve("c.txt"));
                watch.look();
                watch.look();
                assertEquals(
                        List.of("b"), base.documents().stream().map(d -> d.id()).toList());
                Files.delete(folder.resolve("b.txt"));
                Files.delete(folder);
                watch.look();
                watch.look();
                assertEquals(1, base.documents().size());
                Files.createDirectory(folder);
            }
        }
    }
}
