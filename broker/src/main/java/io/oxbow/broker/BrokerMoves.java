package io.oxbow.broker;

import io.oxbow.broker.balance.Balancer;
import io.oxbow.broker.balance.TrafficLink;
import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.control.ControllerRequests;
import io.oxbow.broker.control.ImageWatch;
import io.oxbow.broker.move.Departure;
import io.oxbow.broker.move.Evacuation;
import io.oxbow.broker.move.IncomingPartitions;
import io.oxbow.broker.move.LeadershipMoves;
import io.oxbow.broker.partition.StreamPartitions;
import io.oxbow.broker.placement.BrokerTraffic;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.MetadataLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Moves partitions: from this broker, to it, and, where the log is led, between all. */
final class BrokerMoves implements AutoCloseable {

    private final IncomingPartitions incoming;
    private final LeadershipMoves moves;
    private final Evacuation evacuation;
    private final Departure departure;
    private final Balancer balancer;

    /**
     * @param traffic told of each broker's, for new partitions
     */
    BrokerMoves(
            int nodeId,
            StreamPartitions partitions,
            MetadataLog log,
            ClusterMetadata metadata,
            ControllerRequests requests,
            ClusterSeat seat,
            BrokerTraffic traffic,
            Environment environment) {
        this.incoming = new IncomingPartitions(nodeId, partitions, log, environment);
        this.moves =
                new LeadershipMoves(nodeId, partitions.handover(), metadata, requests, environment);
        this.evacuation = new Evacuation(metadata, requests, seat.placeable(), environment.clock());
        this.departure = new Departure(nodeId, evacuation, environment);
        TrafficLink others = seat.traffic();
        this.balancer =
                new Balancer(
                        seat.balance(),
                        broker ->
                                broker == nodeId
                                        ? Optional.of(partitions.counts())
                                        : others.counts(broker),
                        seat.placeable(),
                        metadata,
                        requests,
                        traffic,
                        environment);
    }

    /** Returns what hears of changed partitions before and after the leaderships. */
    List<ImageWatch> around(ImageWatch leaderships) {
        return List.of(incoming, leaderships, moves);
    }

    /** Starts what other brokers may have begun. */
    void start() {
        moves.start();
    }

    /** Starts what this broker begins by itself. */
    void serve() {
        balancer.start();
    }

    Evacuation evacuation() {
        return evacuation;
    }

    Balancer balancer() {
        return balancer;
    }

    /** Moves all partitions away; false when some are left. */
    boolean depart(Duration limit) throws InterruptedException {
        balancer.close();
        return departure.moveAll(limit);
    }

    @Override
    public void close() {
        moves.close();
        balancer.close();
        incoming.close();
    }
}
