package io.oxbow.broker.balance;

import io.oxbow.broker.balance.BalancePlan.Standing;
import io.oxbow.broker.balance.Scene.Placed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Broker in a plan: its partitions, and its height by each measure, as the plan's moves change. */
final class Stand {

    private static final Measure[] MEASURES = Measure.values();

    private final Scene.Member member;
    private final double[] means;
    private final double[] sums = new double[MEASURES.length];
    private final List<Placed> partitions = new ArrayList<>();

    private Stand(Scene.Member member, double[] means) {
        this.member = member;
        this.means = means;
    }

    /** Returns the brokers of a scene with their partitions. */
    static List<Stand> of(Scene scene) {
        double[] means = new double[MEASURES.length];
        Map<Integer, Stand> byId = new LinkedHashMap<>();
        scene.brokers().stream()
                .sorted(Comparator.comparingInt(Scene.Member::id))
                .forEach(member -> byId.put(member.id(), new Stand(member, means)));
        for (Placed partition : scene.partitions()) {
            Stand stand = byId.get(partition.broker());
            if (stand != null) {
                stand.take(partition);
            }
        }
        for (Measure measure : MEASURES) {
            double sum = byId.values().stream().mapToDouble(each -> each.sum(measure)).sum();
            means[measure.ordinal()] = Math.max(measure.floor(), sum / Math.max(1, byId.size()));
        }
        return List.copyOf(byId.values());
    }

    int id() {
        return member.id();
    }

    String zone() {
        return member.zone();
    }

    List<Placed> partitions() {
        return partitions;
    }

    private double sum(Measure measure) {
        return sums[measure.ordinal()];
    }

    double height(Measure measure) {
        return inMeans(measure, sum(measure));
    }

    /** Returns what a partition adds to a broker's height. */
    double weight(Measure measure, Load load) {
        return inMeans(measure, measure.of(load));
    }

    private double inMeans(Measure measure, double value) {
        double mean = means[measure.ordinal()];
        return mean == 0 ? 0 : value / mean;
    }

    Measure highest() {
        Measure highest = Measure.PARTITIONS;
        for (Measure measure : MEASURES) {
            if (height(measure) > height(highest)) {
                highest = measure;
            }
        }
        return highest;
    }

    /** Returns the greatest height. */
    double top() {
        return height(highest());
    }

    /** Returns the sum of the heights by traffic. */
    private double traffic() {
        return height(Measure.IN) + height(Measure.OUT) + height(Measure.REQUESTS);
    }

    void take(Placed partition) {
        partitions.add(partition);
        add(partition, 1);
    }

    void give(Placed partition) {
        partitions.remove(partition);
        add(partition, -1);
    }

    private void add(Placed partition, int sign) {
        for (Measure measure : MEASURES) {
            sums[measure.ordinal()] += sign * measure.of(partition.load());
        }
    }

    Standing standing() {
        Load load = partitions.stream().map(Placed::load).reduce(Load.NONE, Load::plus);
        return new Standing(
                id(), zone(), partitions.size(), load, top(), highest().text(), traffic());
    }
}
