package org.apache.kafka.controller;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.BrokerRegistration;

/** Ends broker sessions ahead of their time; in this package because the sessions are. */
public final class ControllerSessions {

    private ControllerSessions() {}

    /**
     * Ends the session of an earlier incarnation of a broker, so that the present one may register
     * at once. Kafka would wait until the session runs out, as it cannot know that the earlier
     * process is gone; here the metadata log has fenced it already.
     */
    public static CompletableFuture<Void> endSessionOfOthers(
            QuorumController controller, int brokerId, Uuid incarnation) {
        return controller.appendWriteEvent(
                "endSessionOfOthers",
                OptionalLong.empty(),
                () -> {
                    end(controller.clusterControl(), brokerId, incarnation);
                    return ControllerResult.of(List.of(), null);
                });
    }

    private static void end(ClusterControlManager cluster, int brokerId, Uuid incarnation) {
        BrokerRegistration registered = cluster.brokerRegistrations().get(brokerId);
        BrokerHeartbeatManager heartbeats = cluster.heartbeatManager();
        if (registered == null || registered.incarnationId().equals(incarnation)) {
            return;
        }
        var session = new BrokerIdAndEpoch(brokerId, registered.epoch());
        long longAgo = heartbeats.time().nanoseconds() - Long.MAX_VALUE / 2;
        heartbeats.tracker().updateContactTime(session, longAgo);
    }
}
