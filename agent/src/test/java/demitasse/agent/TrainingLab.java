package demitasse.agent;

import demitasse.testkit.SharedData;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Trains the heads into the folder that -Dtrain.out names; not part of the test run. */
class TrainingLab {
    @Test
    @EnabledIfSystemProperty(named = "train.out", matches = ".+")
    void trainHeads() throws Exception {
        if (Boolean.getBoolean("train.floor")) {
            new HeadTrainer(TestEmbedder.miniLm(), System.out)
                    .trainFloor(SharedData.require("eval"), Path.of(System.getProperty("train.out")));
            return;
        }
        new HeadTrainer(TestEmbedder.miniLm(), System.out)
                .train(SharedData.require("eval"), Path.of(System.getProperty("train.out")));
    }
}
