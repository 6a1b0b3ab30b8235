package io.oxbow.tableflow.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.testkit.TouchedFiles;
import io.oxbow.tableflow.TableWorld;
import io.oxbow.tableflow.translate.TableTopic;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The files that {@code docs/paths.md} names are those whose methods a round calls. */
@Timeout(60)
class PathsTest {

    private static final int ROUNDS = 20;

    private final TableWorld world = new TableWorld();
    private final LinkedBlockingQueue<Long> progress = new LinkedBlockingQueue<>();

    @Test
    void aRoundTouchesTheFilesOfItsPath() throws Exception {
        var links =
                new TableServiceLinks(
                        new OneTopic(),
                        _ -> OptionalLong.of(1),
                        new NoUploads(),
                        (topic, next) -> progress.add(next.getOrDefault(0, 0L)));
        try (var service =
                new TableService(
                        world.sources(),
                        links,
                        TableServiceConfig.defaults(),
                        Environment.system(),
                        new SimpleMeterRegistry())) {
            service.start();
            append(1);
            Collection<String> touched =
                    TouchedFiles.of(TableService.class, "io/oxbow/tableflow")
                            .touchedBy(
                                    ROUNDS,
                                    () -> {
                                        for (int i = 0; i < ROUNDS; i++) {
                                            append(2 + i);
                                        }
                                    });
            assertThat(touched)
                    .containsExactlyInAnyOrderElementsOf(TouchedFiles.listed("A round of a table"));
        }
    }

    /** Appends a record and waits until it is in the table. */
    private void append(long count) throws InterruptedException {
        world.log.append(0, "{\"id\":%d,\"name\":\"a\"}".formatted(count));
        while (progress.take() < count) {
            // on
        }
    }

    private static final class OneTopic implements TableTopics {
        @Override
        public Collection<Topic> topics() {
            return List.of(
                    new Topic(
                            TableWorld.TOPIC_ID,
                            "shop.orders",
                            1,
                            Map.of("table.enable", "true", "table.freshness.ms", "100")));
        }

        @Override
        public void onChange(Runnable listener) {}
    }

    private static final class NoUploads implements TopicUploads {
        @Override
        public void soon() {}

        @Override
        public boolean arePending(TableTopic topic) {
            return false;
        }
    }
}
