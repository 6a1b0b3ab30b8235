package io.oxbow.s3stream.log;

import static io.oxbow.s3stream.log.LogFixture.config;
import static io.oxbow.s3stream.log.LogFixture.lead;
import static io.oxbow.s3stream.log.LogFixture.open;
import static io.oxbow.s3stream.log.LogFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.ComponentState;
import io.oxbow.s3stream.env.ComponentState.Phase;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.MetadataLog.LeaderSign;
import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LeadershipKeeperTest {

    private final FaultyStore store = new FaultyStore();
    private final Environment environment = Environment.system();
    private final List<String> fatal = new CopyOnWriteArrayList<>();

    private BucketMetadataLog leadHere() {
        environment.health().onFatal((component, cause) -> fatal.add(cause.getMessage()));
        BucketMetadataLog log = BucketMetadataLog.open(store, config(1), environment);
        log.takeOver(LogFixture.NOBODY_IS_WELL);
        return log;
    }

    private Phase phase(String kind) {
        return environment.health().report().components().stream()
                .filter(state -> state.kind().equals(kind))
                .map(ComponentState::phase)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatARivalTookAndGaveUpIsTakenBack() {
        try (var log = leadHere();
                var keeper = LeadershipKeeper.start(log, leader -> LeaderSign.WELL, environment)) {
            lead(store, 2).close();
            until(() -> log.leadership().leaderEpoch() == 3 && log.leadership().here());
            until(() -> environment.health().report().ready());
            assertThat(keeper).isNotNull();
            assertThat(fatal).isEmpty();
        }
    }

    @Test
    void whatItResignedItselfIsTakenBack() {
        try (var log = leadHere();
                var keeper = LeadershipKeeper.start(log, leader -> LeaderSign.WELL, environment)) {
            log.application().resign(1);
            until(() -> log.leadership().leaderEpoch() == 2 && log.leadership().here());
            assertThat(keeper).isNotNull();
        }
    }

    @Test
    void whatARivalLostByDyingIsTakenBack() {
        try (var log = leadHere();
                var rival = open(store, 2);
                var keeper = LeadershipKeeper.start(log, leader -> LeaderSign.ENDED, environment)) {
            rival.takeOver(LogFixture.NOBODY_IS_WELL);
            until(() -> log.leadership().leaderEpoch() == 3 && log.leadership().here());
            assertThat(keeper).isNotNull();
        }
    }

    @Test
    void aRivalThatIsWellEndsTheProcess() {
        try (var log = leadHere();
                var rival = open(store, 2);
                var keeper = LeadershipKeeper.start(log, leader -> LeaderSign.WELL, environment)) {
            rival.takeOver(LogFixture.NOBODY_IS_WELL);
            until(() -> !fatal.isEmpty());
            assertThat(fatal.getFirst()).contains("node 2", "epoch 2", "write-ahead log");
            assertThat(phase("leadership")).isEqualTo(Phase.FAILED);
            assertThat(rival.leadership().here()).isTrue();
            assertThat(keeper).isNotNull();
        }
    }

    static List<Throwable> unexpected() {
        return List.of(new OutOfMemoryError("no heap"), new IllegalStateException("broken"));
    }

    @ParameterizedTest
    @MethodSource("unexpected")
    void whatEndsTheLogsThreadEndsTheProcess(Throwable cause) {
        try (var log = leadHere()) {
            store.beforeNextCreate(() -> sneak(cause));
            try {
                LogFixture.set(log, "a");
            } catch (LogAppendException e) {
                // nobody knows what became of it
            }
            until(() -> !fatal.isEmpty());
            assertThat(phase("metadata-log")).isEqualTo(Phase.FAILED);
            assertThat(environment.health().failures("metadata-log")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("unexpected")
    void whatEndsAListenersThreadEndsTheProcess(Throwable cause) {
        try (var log = leadHere()) {
            log.application().register(new FailingListener(cause));
            until(() -> !fatal.isEmpty());
            assertThat(environment.health().failures("metadata-listener")).isEqualTo(1);
        }
    }

    private record FailingListener(Throwable cause) implements ApplicationLog.Listener {
        @Override
        public void loadSnapshot(ApplicationSnapshot snapshot) {}

        @Override
        public void committed(List<ApplicationLog.Batch> batches) {}

        @Override
        public void leaderChanged(MetadataLog.Leadership leadership) {
            sneak(cause);
        }

        @Override
        public void closed() {}
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable cause) throws T {
        throw (T) cause;
    }
}
