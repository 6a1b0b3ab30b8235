package io.oxbow.s3stream.log;

import static io.oxbow.s3stream.log.LogFixture.config;
import static io.oxbow.s3stream.log.LogFixture.set;
import static io.oxbow.s3stream.log.LogFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.log.MetadataLog.LeaderSign;
import io.oxbow.s3stream.log.format.Question;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.ObjectSummary;
import io.oxbow.s3stream.testkit.ForwardingStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QuestionTest {

    /** Leader that looks often, and newcomer that is patient beyond any pause of the machine. */
    private static final LogConfig.Questions ATTENTIVE =
            new LogConfig.Questions(
                    Duration.ofMillis(4), Duration.ofMillis(2), Duration.ofMinutes(5));

    /** Leader that never looks, as if stopped or dead. */
    private static final LogConfig.Questions DEAF =
            new LogConfig.Questions(Duration.ofDays(1), Duration.ofMillis(2), Duration.ofDays(2));

    private static final LogConfig.Questions IMPATIENT =
            new LogConfig.Questions(
                    Duration.ofMillis(4), Duration.ofMillis(2), Duration.ofMillis(60));

    private final FaultyStore store = new FaultyStore();

    private BucketMetadataLog open(int nodeId, LogConfig.Questions questions) {
        return BucketMetadataLog.open(store, config(nodeId, questions), Environment.system());
    }

    private BucketMetadataLog lead(LogConfig.Questions questions) {
        BucketMetadataLog log = open(1, questions);
        log.takeOver(LogFixture.NOBODY_IS_WELL);
        return log;
    }

    private static MetadataLog.Leadership takeOverUnheard(MetadataLog log) {
        return log.takeOver(leader -> LeaderSign.SILENT);
    }

    private List<String> keys(String prefix) {
        return ((ListResult.Listed) store.list(prefix, "", 1000))
                .objects().stream().map(ObjectSummary::key).toList();
    }

    @Test
    void newcomerThatIsAnsweredRefusesAndHasWrittenNothing() {
        try (var leader = lead(ATTENTIVE);
                var newcomer = open(2, ATTENTIVE)) {
            List<String> before = keys("meta/log/");
            assertThatThrownBy(() -> takeOverUnheard(newcomer))
                    .isInstanceOf(LeaderAliveException.class)
                    .hasMessageContaining("node 1 answers in the bucket");
            assertThat(keys("meta/log/")).isEqualTo(before);
            assertThat(keys("meta/question/")).isEmpty();
            assertThat(keys("meta/answer/")).isEmpty();
            assertThat(set(leader, "a")).isInstanceOf(ApplyResult.PointerSet.class);
        }
    }

    @Test
    void newcomersThatAskAtOnceAreAllAnswered() throws Exception {
        List<BucketMetadataLog> newcomers = new ArrayList<>();
        try (var leader = lead(ATTENTIVE);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> outcomes = new ArrayList<>();
            for (int node = 2; node < 6; node++) {
                BucketMetadataLog newcomer = open(node, ATTENTIVE);
                newcomers.add(newcomer);
                Callable<?> attempt = () -> takeOverUnheard(newcomer);
                outcomes.add(threads.submit(attempt));
            }
            for (Future<?> outcome : outcomes) {
                assertThatThrownBy(outcome::get).hasCauseInstanceOf(LeaderAliveException.class);
            }
            assertThat(leader.leadership().here()).isTrue();
            assertThat(keys("meta/log/")).hasSize(1);
        } finally {
            newcomers.forEach(BucketMetadataLog::close);
        }
    }

    @Test
    void leaderThatIsSilentLosesTheLogAndLearnsOfIt() {
        try (var leader = lead(DEAF);
                var newcomer = open(2, IMPATIENT)) {
            assertThat(takeOverUnheard(newcomer).leaderEpoch()).isEqualTo(2);
            until(() -> !leader.leadership().here());
            assertThat(keys("meta/question/")).isEmpty();
        }
    }

    @Test
    void leaderThatWritesLivesAlthoughItDoesNotAnswer() throws Exception {
        var over = new AtomicBoolean();
        try (var leader = lead(DEAF);
                var newcomer = open(2, ATTENTIVE)) {
            Thread writing =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; !over.get(); i++) {
                                    set(leader, "key-" + i);
                                }
                            });
            assertThatThrownBy(() -> takeOverUnheard(newcomer))
                    .isInstanceOf(LeaderAliveException.class)
                    .hasMessageContaining("goes on writing");
            over.set(true);
            writing.join();
            assertThat(leader.leadership().here()).isTrue();
        }
    }

    @Test
    void whateverLiesThereALivingLeaderTakesItAway() {
        try (var leader = lead(ATTENTIVE);
                var newcomer = open(2, ATTENTIVE)) {
            store.overwrite("meta/question/00000000000000000001", bytes("no question"));
            assertThatThrownBy(() -> takeOverUnheard(newcomer))
                    .isInstanceOf(LeaderAliveException.class);
            until(() -> keys("meta/question/").isEmpty());
        }
    }

    @Test
    void whateverLiesThereADeadLeaderIsSucceeded() {
        try (var leader = lead(DEAF);
                var newcomer = open(2, IMPATIENT)) {
            store.overwrite("meta/question/00000000000000000001", bytes("no question"));
            store.overwrite("meta/answer/old", bytes("nobody's"));
            assertThat(takeOverUnheard(newcomer).here()).isTrue();
            assertThat(keys("meta/question/")).isEmpty();
            assertThat(keys("meta/answer/")).isEmpty();
            assertThat(leader).isNotNull();
        }
    }

    /** The question lay there when it looked, and the patience is over when it goes on. */
    @Test
    void newcomerThatStandsStillWhileItLooksIsAnsweredAllTheSame() {
        var patience = Duration.ofSeconds(2);
        var timing = new LogConfig.Questions(Duration.ofMillis(4), Duration.ofMillis(2), patience);
        var looks = new AtomicInteger();
        var leaders =
                new ForwardingStore(store) {
                    @Override
                    public GetResult get(String key) {
                        boolean tooSoon = key.startsWith("meta/question/") && looks.get() < 2;
                        return tooSoon ? new GetResult.NotFound() : super.get(key);
                    }
                };
        var newcomers =
                new ForwardingStore(store) {
                    @Override
                    public GetResult get(String key) {
                        GetResult found = super.get(key);
                        if (key.startsWith("meta/question/")
                                && found instanceof GetResult.Found
                                && looks.incrementAndGet() == 2) {
                            until(() -> keys("meta/question/").isEmpty());
                            standStill(patience.plusMillis(100));
                        }
                        return found;
                    }
                };
        try (var leader = BucketMetadataLog.open(leaders, config(1, timing), Environment.system());
                var newcomer =
                        BucketMetadataLog.open(
                                newcomers, config(2, timing), Environment.system())) {
            leader.takeOver(LogFixture.NOBODY_IS_WELL);
            assertThatThrownBy(() -> takeOverUnheard(newcomer))
                    .isInstanceOf(LeaderAliveException.class);
            assertThat(looks).hasValueGreaterThanOrEqualTo(2);
            assertThat(leader.leadership().here()).isTrue();
        }
    }

    private static void standStill(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void bytesOfAQuestion() {
        var question = new Question(new UUID(1, 2), 3, 4, new UUID(5, 6));
        byte[] bytes = question.encode();
        assertThat(HexFormat.of().formatHex(bytes))
                .startsWith(
                        "4f584d51"
                                + "0001"
                                + "0000"
                                + "00000000000000010000000000000002"
                                + "00000003"
                                + "00000004"
                                + "00000000000000050000000000000006")
                .hasSize(2 * 52);
        assertThat(Question.decode("q", bytes)).isEqualTo(question);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
