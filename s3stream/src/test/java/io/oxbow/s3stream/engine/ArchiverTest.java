package io.oxbow.s3stream.engine;

import static io.oxbow.s3stream.engine.TestNode.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.config.ArchiveConfig;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.ObjectKey;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.testkit.ForwardingLog;
import io.oxbow.s3stream.testkit.MemoryLog;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchiverTest {

    private static final int UPLOADS = 30;

    private static TestNode filled() {
        TestNode node = TestNode.start();
        for (int i = 0; i < UPLOADS; i++) {
            for (int partition = 1; partition <= 3; partition++) {
                put(node.stream(TestNode.name(partition)), 1, "r" + i);
            }
            node.streams.flush();
        }
        return node;
    }

    private static CoreImage image(TestNode node) {
        return node.world.cluster.image;
    }

    private static TestLeader leader(TestNode node, long life) {
        return TestLeader.of(node.world.cluster, node.store, node.log, life);
    }

    private static TestLeader leader(TestNode node, ArchiveConfig config) {
        var world = new TestLeader.World(node.world.cluster, node.store, node.log);
        return TestLeader.of(world, TestLeader.NODE, 1, config);
    }

    private static void checkReadable(TestNode node) {
        for (int partition = 1; partition <= 3; partition++) {
            Stream stream = node.stream(TestNode.name(partition));
            assertThat(TestNode.texts(stream, 0)).hasSize(UPLOADS);
        }
    }

    @Test
    void roundsEndWithFewEntriesAndThenDoNothing() {
        try (TestNode node = filled()) {
            TestLeader leader = leader(node, 1);
            long before = image(node).counts().entries();
            assertThat(before).isEqualTo(3 * UPLOADS);
            leader.archiver.round();
            long after = image(node).counts().entries();
            assertThat(after).isLessThanOrEqualTo(8);
            List<String> objects = TestLeader.objects(node);

            leader.archiver.round();

            assertThat(image(node).counts().entries()).isEqualTo(after);
            assertThat(TestLeader.objects(node)).isEqualTo(objects);
            checkReadable(node);
        }
    }

    @Test
    void withinTheBoundNothingIsArchived() {
        try (TestNode node = filled()) {
            leader(node, ArchiveConfig.defaults()).archiver.round();
            assertThat(TestLeader.composites(image(node))).isZero();
        }
    }

    @Test
    void aLongStreamIsArchivedWhereTheImageAsAWholeIsSmall() {
        try (TestNode node = filled()) {
            var config = new ArchiveConfig(10_000, 8, 16, 1000);
            TestLeader leader = leader(node, config);
            leader.archiver.round();
            assertThat(image(node).counts().longestStream()).isLessThanOrEqualTo(16);
            assertThat(TestLeader.composites(image(node))).isPositive();
            checkReadable(node);
        }
    }

    @Test
    void fewObjectsAtATimeGetThereToo() {
        try (TestNode node = filled()) {
            var config = new ArchiveConfig(8, 2, 8, 2);
            TestLeader leader = leader(node, config);
            for (int i = 0; i < 4; i++) {
                leader.archiver.round();
            }
            assertThat(image(node).counts().entries()).isLessThanOrEqualTo(8);
            checkReadable(node);
        }
    }

    @Test
    void onlyTheLeaderArchives() {
        try (TestNode node = filled()) {
            node.log.leading(false);
            leader(node, 1).archiver.round();
            assertThat(TestLeader.composites(image(node))).isZero();
        }
    }

    @Test
    void commitWithoutAnswerIsSubmittedAgainAndDoneOnce() {
        try (TestNode node = filled()) {
            TestLeader leader = leader(node, 1);
            node.log.leaveUnanswered(1);
            assertThatThrownBy(leader.archiver::round).isInstanceOf(LogAppendException.class);
            assertThat(TestLeader.composites(image(node))).isEqualTo(1);
            leader.archiver.round();
            assertThat(image(node).counts().entries()).isLessThanOrEqualTo(8);
            TestLeader.objects(node)
                    .forEach(key -> assertThat(image(node).wasCommitted(key)).isTrue());
            checkReadable(node);
        }
    }

    @Test
    void commitThatWasLostIsMadeAgain() {
        try (TestNode node = filled()) {
            TestLeader leader = leader(node, 1);
            node.log.lose(1);
            assertThatThrownBy(leader.archiver::round).isInstanceOf(LogAppendException.class);
            assertThat(TestLeader.composites(image(node))).isZero();
            List<String> objects = TestLeader.objects(node);
            leader.archiver.round();
            assertThat(TestLeader.objects(node)).containsAll(objects);
            objects.forEach(key -> assertThat(image(node).wasCommitted(key)).isTrue());
            checkReadable(node);
        }
    }

    @Test
    void compositeThatCouldNotBeWrittenOrWasNotTakenIsGarbage() {
        try (TestNode node = filled()) {
            TestLeader leader = leader(node, 1);
            node.store.leavePutsUnanswered(1);
            leader.archiver.round();
            assertThat(TestLeader.composites(image(node))).isZero();
            String unanswered =
                    TestLeader.objects(node).stream()
                            .filter(this::isOfLeader)
                            .findFirst()
                            .orElseThrow();
            leader.archiver.round();
            checkReadable(node);
            for (int i = 0; i < ObjectKey.PREFIXES; i++) {
                leader.deletion.round();
            }
            assertThat(TestLeader.objects(node)).doesNotContain(unanswered);
            checkReadable(node);
        }
    }

    private boolean isOfLeader(String path) {
        return ObjectKey.parse(path).filter(key -> key.nodeId() == TestLeader.NODE).isPresent();
    }

    /** Of two leaders that make the same archiving plan, one is refused, and nothing is lost. */
    @Test
    void ofTwoThatArchiveTheSameOneIsRefused() {
        try (TestNode node = filled()) {
            TestLeader first = leader(node, 1);
            var late = new LateLog(node.log);
            var world = new TestLeader.World(node.world.cluster, node.store, late);
            var second = TestLeader.of(world, 8, 1, TestLeader.EAGER);
            // The second one plans, and before its record gets in, the first one's does.
            late.before = first.archiver::round;
            second.archiver.round();
            assertThat(late.result).isInstanceOf(ApplyResult.Refused.class);
            checkReadable(node);
        }
    }

    private static final class LateLog extends ForwardingLog {
        private Runnable before = () -> {};
        private Object result = "none";

        LateLog(MemoryLog log) {
            super(log);
        }

        @Override
        public List<ApplyResult> append(List<CoreRecord> records) {
            Runnable first = before;
            before = () -> {};
            first.run();
            List<ApplyResult> results = super.append(records);
            if ("none".equals(result)) {
                result = results.getFirst();
            }
            return results;
        }
    }
}
