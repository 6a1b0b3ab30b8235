package io.oxbow.s3stream.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.local.LocalObjectStore;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the metadata log over a real directory. */
@Timeout(60)
class LocalBucketTest {

    @TempDir Path directory;

    @Test
    void logSurvivesItsProcessesAndItsCleanUp() {
        var clusters = new ArrayList<Object>();
        for (int process = 0; process < 4; process++) {
            try (ObjectStore store = LocalObjectStore.open(directory);
                    var log =
                            BucketMetadataLog.open(
                                    store, LogFixture.config(1), Environment.system())) {
                assertThat(log.image().pointers("p")).hasSize(process * 5);
                log.takeOver(LogFixture.NOBODY_IS_WELL);
                clusters.add(log.clusterId());
                var memory = new LogFixture.Memory();
                log.application().register(memory);
                log.application().onSnapshot(memory::snapshot);
                for (int i = 0; i < 5; i++) {
                    assertThat(LogFixture.set(log, "p" + process + "-" + i))
                            .isInstanceOf(ApplyResult.PointerSet.class);
                    long last = LogFixture.appendToApplication(log, "k" + process + "-" + i);
                    assertThat(last).isEqualTo(process * 5 + i);
                }
                long end = process * 5 + 5;
                LogFixture.until(() -> memory.nextOffset == end);
                assertThat(memory.records).hasSize((int) end).doesNotHaveDuplicates();
                log.snapshot();
            }
        }
        assertThat(clusters).hasSize(4).containsOnly(clusters.getFirst());
    }

    @Test
    void rivalsOnOneDirectoryDeposeEachOther() {
        try (ObjectStore store = LocalObjectStore.open(directory);
                var first =
                        BucketMetadataLog.open(store, LogFixture.config(1), Environment.system());
                var second =
                        BucketMetadataLog.open(store, LogFixture.config(2), Environment.system())) {
            for (int i = 0; i < 10; i++) {
                BucketMetadataLog next = i % 2 == 0 ? first : second;
                BucketMetadataLog other = i % 2 == 0 ? second : first;
                next.takeOver(LogFixture.NOBODY_IS_WELL);
                assertThat(LogFixture.set(next, "p" + i))
                        .isInstanceOf(ApplyResult.PointerSet.class);
                if (other.leadership().here()) {
                    assertThatThrownBy(() -> LogFixture.set(other, "lost"))
                            .isInstanceOf(LogAppendException.class);
                }
                LogFixture.until(() ->
                        other.image().pointers("p").size() == next.image().pointers("p").size());
                assertThat(next.image().pointers("p")).hasSize(i + 1);
                assertThat(next.image().pointer("lost")).isEmpty();
            }
        }
    }
}
