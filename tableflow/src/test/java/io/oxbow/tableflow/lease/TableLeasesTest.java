package io.oxbow.tableflow.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.testkit.MemoryLog;
import io.oxbow.tableflow.config.TableConfig;
import io.oxbow.tableflow.service.TableTopics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the leases of tables among nodes that share an image. */
class TableLeasesTest {

    private final MemoryLog.Cluster cluster = new MemoryLog.Cluster();
    private final Topics topics = new Topics();
    private final List<Node> nodes = new ArrayList<>();

    @Test
    void eachTableHasOneHolder() {
        topics.add(5);
        join(true);
        join(true);
        look(nodes);

        assertThat(shares()).containsExactlyInAnyOrder(2L, 3L);
        assertThat(holdersOfAll()).allMatch(count -> count == 1);
    }

    @Test
    void topicWithoutATableIsNobodys() {
        topics.add(1);
        topics.add(new UUID(9, 9), Map.of());
        look(List.of(join(true)));

        assertThat(nodes.getFirst().leases.of(new UUID(9, 9))).isEmpty();
    }

    @Test
    void nodeWithoutTheRoleTakesNothing() {
        topics.add(3);
        join(false);
        join(true);
        look(nodes);

        assertThat(shares()).containsExactly(0L, 3L);
        assertThat(cluster.image.nodes())
                .extracting(node -> TableLeases.isWorker(cluster.image, node))
                .containsExactly(false, true);
    }

    /** Those who live take what it held, at numbers above its own. */
    @Test
    void holderThatIsFencedIsFollowed() {
        topics.add(4);
        Node dead = join(true);
        look(nodes);
        Map<UUID, Long> before = numbers();
        join(true);
        cluster.apply(List.of(new CoreRecord.FenceNode(dead.id, dead.epoch)));
        assertThat(holdersOfAll()).allMatch(count -> count == 0);
        look(nodes);

        assertThat(shares()).containsExactly(0L, 4L);
        numbers().forEach((topic, number) -> assertThat(number).isGreaterThan(before.get(topic)));
    }

    @Test
    void nextProcessOfANodeHoldsNothingOfTheOneBefore() {
        topics.add(1);
        Node former = join(true);
        look(nodes);
        Node next = register(former.id, true);

        assertThat(former.leases.of(topics.id(0))).isEmpty();
        assertThat(next.leases.of(topics.id(0))).isEmpty();
        look(List.of(former, next));
        assertThat(former.leases.of(topics.id(0))).isEmpty();
        assertThat(next.leases.of(topics.id(0))).hasValue(2);
    }

    @Test
    void newcomerIsGivenItsShare() {
        topics.add(4);
        join(true);
        look(nodes);
        join(true);
        look(nodes);

        assertThat(shares()).containsExactly(2L, 2L);
    }

    /** At no time do two processes hold one table, and its numbers grow with its holders. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void numbersGrowAndHoldersAreOne(long seed) {
        var random = new Random(seed);
        var last = new HashMap<UUID, TableLease>();
        for (int step = 0; step < 300; step++) {
            switch (random.nextInt(8)) {
                case 0 -> topics.add(1);
                case 1 -> {
                    if (nodes.size() < 6) {
                        join(random.nextInt(4) > 0);
                    }
                }
                case 2 -> {
                    if (!nodes.isEmpty()) {
                        Node any = nodes.get(random.nextInt(nodes.size()));
                        cluster.apply(List.of(new CoreRecord.FenceNode(any.id, any.epoch)));
                    }
                }
                case 3 -> {
                    if (!nodes.isEmpty()) {
                        nodes.set(
                                random.nextInt(nodes.size()),
                                register(1 + random.nextInt(nodes.size()), true));
                    }
                }
                case 4 -> nodes.forEach(node -> node.log.leaveUnanswered(random.nextInt(2)));
                case 5 -> nodes.forEach(node -> node.log.lose(random.nextInt(2)));
                default -> {
                    if (!nodes.isEmpty()) {
                        nodes.get(random.nextInt(nodes.size())).leases.look();
                    }
                }
            }
            assertThat(holdersOfAll()).allMatch(count -> count <= 1);
            for (TableTopics.Topic topic : topics.topics()) {
                TableLeases.lease(cluster.image, topic.id())
                        .ifPresent(lease -> {
                            TableLease before = last.put(topic.id(), lease);
                            if (before != null && !before.worker().equals(lease.worker())) {
                                assertThat(lease.number()).isGreaterThan(before.number());
                            }
                        });
            }
        }
    }

    @Test
    void leaseOfATopicThatIsGoneIsRemoved() {
        topics.add(1);
        UUID gone = topics.id(0);
        look(List.of(join(true)));
        topics.clear();
        look(nodes);

        assertThat(TableLeases.lease(cluster.image, gone)).isEmpty();
    }

    /** A process that has just started knows no topics yet. */
    @Test
    void leaseOfATopicWithStreamsStays() {
        topics.add(1);
        UUID table = topics.id(0);
        Node holder = join(true);
        look(nodes);
        cluster.apply(
                List.of(
                        new CoreRecord.OpenStreams(
                                holder.id,
                                holder.epoch,
                                List.of(new StreamName(table, 3, StreamName.Kind.DATA)))));
        topics.clear();
        look(nodes);

        assertThat(TableLeases.lease(cluster.image, table)).isPresent();
    }

    private record Node(int id, long epoch, MemoryLog log, TableLeases leases) {}

    private Node join(boolean translates) {
        Node node = register(nodes.size() + 1, translates);
        nodes.add(node);
        return node;
    }

    private Node register(int id, boolean translates) {
        var incarnation = new UUID(id, System.nanoTime());
        ApplyResult result =
                cluster.apply(
                                List.of(
                                        new CoreRecord.RegisterNode(
                                                id,
                                                incarnation,
                                                WalKind.OBJECT,
                                                List.of(),
                                                "h:1",
                                                Membership.ALONE)))
                        .getFirst();
        assertThat(result).isInstanceOf(ApplyResult.Registered.class);
        CoreImage.NodeState state = cluster.image.node(id).orElseThrow();
        var log = new MemoryLog(cluster);
        return new Node(
                id,
                state.nodeEpoch(),
                log,
                new TableLeases(
                        new TableLeases.Process(id, incarnation, translates),
                        log,
                        topics,
                        Environment.system()));
    }

    /** Lets each node look until nothing changes. */
    private void look(List<Node> all) {
        for (int i = 0; i < 4; i++) {
            all.forEach(node -> node.leases.look());
        }
    }

    private List<Long> shares() {
        return nodes.stream()
                .map(node ->
                        topics.topics().stream()
                                .filter(topic -> node.leases.of(topic.id()).isPresent())
                                .count())
                .toList();
    }

    private List<Integer> holdersOfAll() {
        return topics.topics().stream()
                .map(topic ->
                        (int)
                                nodes.stream()
                                        .filter(node -> node.leases.of(topic.id()).isPresent())
                                        .count())
                .toList();
    }

    private Map<UUID, Long> numbers() {
        Map<UUID, Long> numbers = new HashMap<>();
        topics.topics()
                .forEach(topic ->
                        TableLeases.lease(cluster.image, topic.id())
                                .ifPresent(lease -> numbers.put(topic.id(), lease.number())));
        return numbers;
    }

    private static final class Topics implements TableTopics {

        private final List<Topic> all = new ArrayList<>();

        void add(int count) {
            for (int i = 0; i < count; i++) {
                add(new UUID(1, all.size()), Map.of(TableConfig.ENABLE, "true"));
            }
        }

        void add(UUID id, Map<String, String> settings) {
            all.add(new Topic(id, "topic" + all.size(), 1, settings));
        }

        UUID id(int index) {
            return all.get(index).id();
        }

        void clear() {
            all.clear();
        }

        @Override
        public Collection<Topic> topics() {
            return List.copyOf(all);
        }

        @Override
        public void onChange(Runnable listener) {}
    }
}
