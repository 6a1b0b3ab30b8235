package io.oxbow.broker.balance;

import io.oxbow.broker.balance.BalancePlan.Move;
import io.oxbow.broker.balance.BalancePlan.Standing;
import io.oxbow.broker.control.ActiveController;
import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.move.Reassignments;
import io.oxbow.broker.partition.PartitionCounts;
import io.oxbow.broker.placement.BrokerTraffic;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.env.Rounds;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.image.MetadataImage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evens out the brokers' loads while this process leads the metadata log. A round asks the brokers
 * for their counts, plans, and begins the planned moves as reassignments of Kafka's.
 */
public final class Balancer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);

    /**
     * State of the balancer.
     *
     * @param leads whether this process leads the metadata log; else there is no plan
     * @param moving partitions that are on their way
     * @param unheard brokers that are up and have not told their counts; they give and take none
     */
    public record State(
            BalanceSettings settings,
            boolean leads,
            long moving,
            List<Integer> unheard,
            BalancePlan plan) {}

    private final BalanceSettings settings;
    private final TrafficLink link;
    private final IntPredicate takes;
    private final ClusterMetadata metadata;
    private final ActiveController controller;
    private final BrokerTraffic traffic;
    private final Environment environment;
    private final Rounds rounds;

    /* Guarded by this object's monitor. */
    private final LoadMeter meter = new LoadMeter();
    private final RecentMoves recent = new RecentMoves();
    private boolean going;

    /**
     * @param link to all brokers, this one, too
     * @param takes whether a broker that is up may give and take partitions
     * @param traffic told of each broker's, for new partitions
     */
    public Balancer(
            BalanceSettings settings,
            TrafficLink link,
            IntPredicate takes,
            ClusterMetadata metadata,
            ActiveController controller,
            BrokerTraffic traffic,
            Environment environment) {
        this.settings = settings;
        this.link = link;
        this.takes = takes;
        this.metadata = metadata;
        this.controller = controller;
        this.traffic = traffic;
        this.environment = environment;
        this.rounds =
                new Rounds(
                        environment,
                        environment.health().background("balancer", Policy.RESTART),
                        settings.interval(),
                        this::round);
    }

    public void start() {
        rounds.start();
    }

    private void round() throws InterruptedException {
        if (!controller.isHere()) {
            forget();
            return;
        }
        listen();
        BalancePlan plan = plan();
        traffic.set(
                plan.standings().stream()
                        .collect(Collectors.toMap(Standing::broker, Standing::traffic)));
        boolean begun = settings.enabled() && !plan.moves().isEmpty() && begun(plan.moves());
        synchronized (this) {
            going = begun;
        }
    }

    private synchronized void forget() {
        meter.clear();
        recent.clear();
        going = false;
        traffic.set(Map.of());
    }

    /** Asks the brokers that are up for their counts, if there are two at least. */
    private void listen() throws InterruptedException {
        MetadataImage image = metadata.image();
        List<Integer> up = Surroundings.brokersUp(image);
        if (up.size() < 2) {
            return;
        }
        for (int broker : up) {
            Map<TopicPartition, PartitionCounts> counts = link.counts(broker).orElse(null);
            if (counts != null) {
                told(image, broker, counts);
            }
        }
    }

    private synchronized void told(
            MetadataImage image, int broker, Map<TopicPartition, PartitionCounts> counts) {
        meter.told(
                broker,
                counts,
                id -> Surroundings.leader(image, id) == broker,
                environment.clock().nanoTime());
    }

    private synchronized BalancePlan plan() {
        Scene scene = scene();
        meter.keepOnly(
                metadata.image().cluster().brokers().keySet(),
                scene.partitions().stream().map(Scene.Placed::id).collect(Collectors.toSet()));
        return BalancePlanner.plan(scene, going);
    }

    private Scene scene() {
        long now = environment.clock().nanoTime();
        return Surroundings.scene(
                metadata.image(),
                broker -> takes.test(broker) && meter.hears(broker, now),
                meter::of,
                id -> recent.contains(id, now));
    }

    /** Returns what the next round would do by what is known now. */
    public synchronized State state() {
        MetadataImage image = metadata.image();
        long now = environment.clock().nanoTime();
        boolean leads = controller.isHere();
        Scene scene = scene();
        List<Integer> up = Surroundings.brokersUp(image);
        List<Integer> unheard =
                leads && up.size() > 1
                        ? up.stream().filter(broker -> !meter.hears(broker, now)).toList()
                        : List.of();
        return new State(
                settings,
                leads,
                scene.partitions().stream()
                        .filter(each -> each.rest() == Scene.Rest.MOVING)
                        .count(),
                unheard,
                leads ? BalancePlanner.plan(scene, going) : new BalancePlan(List.of(), List.of()));
    }

    private boolean begun(List<Move> moves) throws InterruptedException {
        Map<TopicPartition, Integer> goals = new LinkedHashMap<>();
        moves.forEach(move -> goals.put(move.partition(), move.to()));
        try {
            controller.ask(Reassignments.request(goals), REQUEST_LIMIT, environment.clock());
        } catch (ExecutionException | ApiException e) {
            LOG.info("moves for balance, to be planned again: {}", e + "");
            return false;
        }
        Move first = moves.getFirst();
        LOG.info(
                "{} partitions are to move for balance, {} first, from {} to {}; {}",
                moves.size(),
                first.partition(),
                first.from(),
                first.to(),
                first.reason());
        synchronized (this) {
            recent.add(goals.keySet(), environment.clock().nanoTime());
        }
        return true;
    }

    @Override
    public void close() {
        rounds.close();
    }
}
