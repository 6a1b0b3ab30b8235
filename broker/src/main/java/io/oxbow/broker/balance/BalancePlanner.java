package io.oxbow.broker.balance;

import io.oxbow.broker.balance.BalancePlan.Move;
import io.oxbow.broker.balance.BalancePlan.Standing;
import io.oxbow.broker.balance.Scene.Placed;
import io.oxbow.broker.balance.Scene.Rest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Plans the moves of one round; does no I/O, and depends on nothing but its arguments.
 *
 * <p>Each broker has a height per {@link Measure}: so many times the mean. The <em>tension</em> is
 * the sum of the heights' squares, by the measures' importance. A move has to lower it by a fifth
 * of the heights that it carries: under loads that stay as they are, the tension ends the moves,
 * and no partition goes to and fro. Nothing begins while all brokers are within the wide band
 * around the mean; once begun, it goes on until they are within the narrow one.
 */
final class BalancePlanner {

    private static final Band WIDE = new Band(0.75, 1.25);
    private static final Band NARROW = new Band(0.9, 1.1);

    /** Least part of the carried heights that a move must gain. */
    private static final double LEAST_GAIN = 0.1;

    /**
     * Brokers below this part of the mean number of partitions get those that moved lately, too.
     */
    private static final double FEW = 0.5;

    private static final int MOVES_LEAST = 20;
    private static final int MOVES_MOST = 250;

    private record Band(double low, double high) {}

    private record Choice(Placed partition, Stand from, Stand to, double gain) {}

    private BalancePlanner() {}

    /**
     * Plans a round.
     *
     * @param going whether the round before made moves
     */
    static BalancePlan plan(Scene scene, boolean going) {
        List<Stand> stands = Stand.of(scene);
        List<Standing> standings = stands.stream().map(Stand::standing).toList();
        var moves = new ArrayList<Move>();
        if (stands.size() > 1) {
            int most = movesMost(scene);
            Band band = going ? NARROW : WIDE;
            for (Choice next = best(stands, band);
                    next != null && moves.size() < most;
                    next = best(stands, band)) {
                moves.add(made(next));
                band = NARROW;
            }
        }
        return new BalancePlan(standings, List.copyOf(moves));
    }

    /** Returns the limit of a round, less the moves that are not over yet. */
    private static int movesMost(Scene scene) {
        int partitions = scene.partitions().size();
        long moving =
                scene.partitions().stream().filter(each -> each.rest() == Rest.MOVING).count();
        int most = Math.min(MOVES_MOST, Math.max(MOVES_LEAST, partitions / 10));
        return (int) Math.max(0, most - moving);
    }

    private static Move made(Choice choice) {
        Stand from = choice.from();
        Stand to = choice.to();
        Measure high = from.highest();
        var move =
                new Move(
                        choice.partition().id(),
                        from.id(),
                        to.id(),
                        String.format(
                                Locale.ROOT,
                                "%s: broker %d has %.2f of the mean, broker %d has %.2f%s",
                                high.text(),
                                from.id(),
                                from.height(high),
                                to.id(),
                                to.height(high),
                                from.zone().equals(to.zone()) ? "" : ", of another zone"));
        from.give(choice.partition());
        to.take(choice.partition().movedTo(to.id()));
        return move;
    }

    /** Returns the best move away from the highest broker that has a good one. */
    private static @Nullable Choice best(List<Stand> stands, Band band) {
        List<Stand> highestFirst =
                stands.stream()
                        .sorted(
                                Comparator.comparingDouble(Stand::top)
                                        .reversed()
                                        .thenComparingInt(Stand::id))
                        .toList();
        for (Stand from : highestFirst) {
            List<Stand> takers =
                    highestFirst.stream()
                            .filter(to -> to != from)
                            .filter(to -> from.top() > band.high() || to.top() < band.low())
                            .toList();
            List<Stand> near = takers.stream().filter(to -> to.zone().equals(from.zone())).toList();
            Choice choice = best(from, near);
            if (choice == null) {
                choice = best(from, takers);
            }
            if (choice != null) {
                return choice;
            }
        }
        return null;
    }

    private static @Nullable Choice best(Stand from, List<Stand> takers) {
        Choice best = null;
        for (Stand to : takers) {
            boolean few = to.height(Measure.PARTITIONS) < FEW;
            for (Placed partition : from.partitions()) {
                if (partition.rest() == Rest.NONE || partition.rest() == Rest.LATE && few) {
                    double gain = gain(partition, from, to);
                    if (gain > 0 && (best == null || gain > best.gain())) {
                        best = new Choice(partition, from, to, gain);
                    }
                }
            }
        }
        return best;
    }

    /** Returns half of what a move takes from the tension; 0 when the move is not worth it. */
    private static double gain(Placed partition, Stand from, Stand to) {
        double gain = 0;
        double carried = 0;
        double topAfter = 0;
        for (Measure measure : Measure.values()) {
            double weight = from.weight(measure, partition.load());
            carried += measure.importance() * weight;
            gain +=
                    measure.importance()
                            * weight
                            * (from.height(measure) - to.height(measure) - weight);
            topAfter = Math.max(topAfter, to.height(measure) + weight);
        }
        boolean worthIt = gain >= LEAST_GAIN * carried && topAfter < from.top();
        return worthIt ? gain : 0;
    }
}
