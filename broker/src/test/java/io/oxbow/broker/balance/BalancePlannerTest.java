package io.oxbow.broker.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.balance.BalancePlan.Move;
import io.oxbow.broker.balance.Scene.Member;
import io.oxbow.broker.balance.Scene.Placed;
import io.oxbow.broker.balance.Scene.Rest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Tests plans for generated loads: they end, no partition goes to and fro, all are balanced. */
class BalancePlannerTest {

    private static final int MIB = 1 << 20;

    /** Cluster whose partitions are where the plans so far have put them. */
    private static final class Model {

        final List<Member> brokers = new ArrayList<>();
        final Map<TopicPartition, Integer> places = new HashMap<>();
        final Map<TopicPartition, Load> loads = new HashMap<>();
        final Set<TopicPartition> late = new HashSet<>();
        boolean going;

        void broker(int id, String zone) {
            brokers.add(new Member(id, zone));
        }

        void partition(int number, int broker, Load load) {
            var id = new TopicPartition("t", number);
            places.put(id, broker);
            loads.put(id, load);
        }

        Scene scene() {
            List<Placed> placed =
                    places.entrySet().stream()
                            .map(each ->
                                    new Placed(
                                            each.getKey(),
                                            each.getValue(),
                                            late.contains(each.getKey()) ? Rest.LATE : Rest.NONE,
                                            loads.getOrDefault(each.getKey(), Load.NONE)))
                            .sorted((a, b) ->
                                    Integer.compare(a.id().partition(), b.id().partition()))
                            .toList();
            return new Scene(brokers, placed);
        }

        /** Makes the moves of a round; returns them. */
        List<Move> round() {
            List<Move> moves = BalancePlanner.plan(scene(), going).moves();
            for (Move move : moves) {
                assertThat(places).containsEntry(move.partition(), move.from());
                places.put(move.partition(), move.to());
            }
            going = !moves.isEmpty();
            return moves;
        }

        /** Makes rounds until one has no moves; returns the number of moves. */
        int settle(int roundsMost) {
            int made = 0;
            for (int round = 0; round < roundsMost; round++) {
                List<Move> moves = round();
                if (moves.isEmpty()) {
                    return made;
                }
                made += moves.size();
            }
            throw new AssertionError("moves go on after %d rounds".formatted(roundsMost));
        }

        /** Returns the sum of the squares of all heights. */
        double tension() {
            return Stand.of(scene()).stream()
                    .mapToDouble(stand -> {
                        double sum = 0;
                        for (Measure measure : Measure.values()) {
                            sum += measure.importance() * Math.pow(stand.height(measure), 2);
                        }
                        return sum;
                    })
                    .sum();
        }

        double highest() {
            return Stand.of(scene()).stream().mapToDouble(Stand::top).max().orElse(0);
        }

        int count(int broker) {
            return (int) places.values().stream().filter(each -> each == broker).count();
        }
    }

    /** Loads between nothing and much, few of them heavy. */
    private static Load skewed(Random random) {
        double rate = 4 * MIB * Math.pow(random.nextDouble(), 4);
        return new Load(rate, rate * random.nextInt(4), rate / 4_000);
    }

    private static Model generated(Random random) {
        var model = new Model();
        int brokers = 2 + random.nextInt(6);
        int zones = 1 + random.nextInt(3);
        for (int id = 1; id <= brokers; id++) {
            model.broker(id, "zone " + id % zones);
        }
        int crowded = 1 + random.nextInt(brokers);
        int partitions = random.nextInt(400);
        for (int i = 0; i < partitions; i++) {
            model.partition(i, 1 + random.nextInt(crowded), skewed(random));
        }
        return model;
    }

    @Test
    void tensionFallsWithEveryRoundAndTheMovesEnd() {
        for (long seed = 0; seed < 300; seed++) {
            Model model = generated(new Random(seed));
            for (int round = 0; ; round++) {
                double before = model.tension();
                List<Move> moves = model.round();
                if (moves.isEmpty()) {
                    break;
                }
                assertThat(model.tension()).as("seed %d", seed).isLessThan(before);
                assertThat(moves.size()).isLessThanOrEqualTo(40);
                assertThat(round).as("seed %d", seed).isLessThan(100);
            }
            assertThat(model.round()).as("seed %d: at rest", seed).isEmpty();
        }
    }

    @Test
    void manySmallLoadsEndNearTheMean() {
        for (long seed = 0; seed < 100; seed++) {
            var random = new Random(seed);
            var model = new Model();
            int brokers = 2 + random.nextInt(5);
            IntStream.rangeClosed(1, brokers).forEach(id -> model.broker(id, ""));
            for (int i = 0; i < 60 * brokers; i++) {
                double rate = (0.05 + 0.1 * random.nextDouble()) * MIB;
                model.partition(i, 1, new Load(rate, rate, rate / 10_000));
            }
            model.settle(100);
            assertThat(model.highest()).as("seed %d", seed).isLessThan(1.3);
        }
    }

    @Test
    void loadsThatShiftAreFollowedAndNoPartitionMovesTwiceInAShift() {
        for (long seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            Model model = generated(random);
            model.settle(100);
            for (int shift = 0; shift < 5; shift++) {
                model.loads.replaceAll(
                        (id, load) -> random.nextInt(4) == 0 ? skewed(random) : load);
                Set<TopicPartition> moved = new HashSet<>();
                for (List<Move> moves = model.round(); !moves.isEmpty(); moves = model.round()) {
                    for (Move move : moves) {
                        assertThat(moved.add(move.partition())).as("seed %d", seed).isTrue();
                    }
                    model.late.addAll(moved);
                }
                model.late.clear();
            }
        }
    }

    /** Loads that waver by a tenth around what they are leave everything where it is. */
    @Test
    void waveringLoadsMoveNothing() {
        for (long seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            var model = new Model();
            for (int id = 1; id <= 3; id++) {
                model.broker(id, "");
            }
            for (int i = 0; i < 90; i++) {
                model.partition(i, 1 + i % 3, new Load(MIB, MIB, 100));
            }
            for (int round = 0; round < 100; round++) {
                model.loads.replaceAll(
                        (id, load) -> new Load(wavering(random), wavering(random), 100));
                assertThat(model.round()).as("seed %d", seed).isEmpty();
            }
        }
    }

    private static double wavering(Random random) {
        return MIB * (0.9 + 0.2 * random.nextDouble());
    }

    @Test
    void newcomerHasItsShareAfterSixRounds() {
        for (int others = 1; others <= 9; others++) {
            var model = new Model();
            for (int id = 1; id <= others + 1; id++) {
                model.broker(id, "");
            }
            int partitions = 100 * others;
            for (int i = 0; i < partitions; i++) {
                model.partition(i, 1 + i % others, Load.NONE);
            }
            for (int round = 0; round < 6; round++) {
                model.late.addAll(model.round().stream().map(Move::partition).toList());
            }
            assertThat(model.count(others + 1))
                    .as("%d others", others)
                    .isGreaterThanOrEqualTo((int) (0.89 * partitions / (others + 1)));
        }
    }

    /** The one partition that has all the load goes nowhere: it would be as heavy there. */
    @Test
    void loneHotPartitionStays() {
        var model = new Model();
        model.broker(1, "");
        model.broker(2, "");
        model.partition(0, 1, new Load(100 * MIB, 0, 1_000));
        for (int i = 1; i < 10; i++) {
            model.partition(i, 2 - i % 2, Load.NONE);
        }
        model.settle(10);
        assertThat(model.places).containsEntry(new TopicPartition("t", 0), 1);
    }

    @Test
    void littleTrafficIsNoReasonToMove() {
        var model = new Model();
        model.broker(1, "");
        model.broker(2, "");
        for (int i = 0; i < 10; i++) {
            model.partition(i, 1 + i % 2, new Load(i % 2 == 0 ? 50_000 : 0, 0, 10));
        }
        assertThat(model.round()).isEmpty();
    }

    @Test
    void brokersOfTheSameZoneTakeFirst() {
        var model = new Model();
        model.broker(1, "a");
        model.broker(2, "a");
        model.broker(3, "b");
        for (int i = 0; i < 30; i++) {
            model.partition(i, i < 20 ? 1 : 3, Load.NONE);
        }
        model.settle(10);
        assertThat(model.count(3)).isEqualTo(10);
        assertThat(model.count(2)).isBetween(9, 11);
    }

    @Test
    void brokersOutOfTheSceneKeepWhatTheyHave() {
        var model = new Model();
        model.broker(1, "");
        model.broker(2, "");
        for (int i = 0; i < 30; i++) {
            model.partition(i, i < 20 ? 3 : 1 + i % 2, Load.NONE);
        }
        assertThat(model.round()).isEmpty();
        assertThat(model.count(3)).isEqualTo(20);
    }

    @Test
    void movesUnderWayCountAgainstTheLimitOfARound() {
        List<Placed> placed =
                IntStream.range(0, 100)
                        .mapToObj(i ->
                                new Placed(
                                        new TopicPartition("t", i),
                                        i < 15 ? 2 : 1,
                                        i < 15 ? Rest.MOVING : Rest.NONE,
                                        Load.NONE))
                        .toList();
        var scene = new Scene(List.of(new Member(1, ""), new Member(2, "")), placed);
        BalancePlan plan = BalancePlanner.plan(scene, false);
        assertThat(plan.moves()).hasSize(5);
        assertThat(plan.moves().getFirst().reason())
                .isEqualTo("partitions: broker 1 has 1.70 of the mean, broker 2 has 0.30");
    }
}
