package io.oxbow.simulation.kafka;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.simulation.kafka.ModelController.Change;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.metadata.BrokerRegistrationChangeRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.BrokerHeartbeatResponse;
import org.apache.kafka.common.requests.BrokerRegistrationResponse;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.BrokerRegistrationFencingChange;
import org.apache.kafka.metadata.BrokerRegistrationInControlledShutdownChange;
import org.apache.kafka.server.common.ApiMessageAndVersion;

/**
 * Registrations of brokers, as Kafka's controller changes them. A fenced broker's partitions are
 * without leader until it is unfenced, or they are given away.
 */
final class Brokers {

    private static final short REGISTER_VERSION = 3;
    private static final short CHANGE_VERSION = 1;

    private Brokers() {}

    static boolean is(CoreImage.NodeState node, Uuid incarnation) {
        return node.incarnation().getMostSignificantBits() == incarnation.getMostSignificantBits()
                && node.incarnation().getLeastSignificantBits()
                        == incarnation.getLeastSignificantBits();
    }

    static boolean isUp(MetadataImage image, int broker) {
        BrokerRegistration registration = image.cluster().broker(broker);
        return registration != null
                && !registration.fenced()
                && !registration.inControlledShutdown();
    }

    /**
     * Registers a process, which stays fenced until its first heartbeat.
     *
     * @param live whether the process is its node's live one in the log
     */
    static Change<BrokerRegistrationResponse> register(
            MetadataImage image, BrokerRegistrationRequestData request, boolean live, long offset) {
        BrokerRegistration before = image.cluster().broker(request.brokerId());
        if (before != null && before.incarnationId().equals(request.incarnationId())) {
            return answer(List.of(), Errors.NONE);
        }
        if (!live) {
            return answer(List.of(), Errors.DUPLICATE_BROKER_REGISTRATION);
        }
        var records = new ArrayList<ApiMessageAndVersion>();
        if (before != null && !before.fenced()) {
            records.addAll(fence(image, List.of(before)));
        }
        records.add(
                new ApiMessageAndVersion(
                        new RegisterBrokerRecord()
                                .setBrokerId(request.brokerId())
                                .setIncarnationId(request.incarnationId())
                                .setBrokerEpoch(offset + records.size())
                                .setRack(request.rack())
                                .setFenced(true),
                        REGISTER_VERSION));
        return answer(records, Errors.NONE);
    }

    private static Change<BrokerRegistrationResponse> answer(
            List<ApiMessageAndVersion> records, Errors error) {
        return new Change<>(
                records,
                new BrokerRegistrationResponse(
                        new BrokerRegistrationResponseData().setErrorCode(error.code())));
    }

    /** Unfences a broker that sends a heartbeat, and takes note of one that wants to end. */
    static Change<BrokerHeartbeatResponse> heartbeat(
            MetadataImage image, BrokerHeartbeatRequestData request) {
        BrokerRegistration broker = image.cluster().broker(request.brokerId());
        var records = new ArrayList<ApiMessageAndVersion>();
        var answer = new BrokerHeartbeatResponseData();
        if (broker == null || broker.epoch() != request.brokerEpoch()) {
            answer.setErrorCode(Errors.STALE_BROKER_EPOCH.code());
        } else if (request.wantShutDown() && !broker.inControlledShutdown()) {
            records.add(
                    change(broker)
                            .inControlledShutdown(
                                    BrokerRegistrationInControlledShutdownChange
                                            .IN_CONTROLLED_SHUTDOWN)
                            .record());
        } else if (!request.wantShutDown() && broker.fenced()) {
            records.add(change(broker).fenced(BrokerRegistrationFencingChange.UNFENCE).record());
            records.addAll(Reassignments.lead(image, broker.id()));
        }
        return new Change<>(records, new BrokerHeartbeatResponse(answer));
    }

    static List<ApiMessageAndVersion> fence(
            MetadataImage image, Collection<BrokerRegistration> brokers) {
        var records = new ArrayList<ApiMessageAndVersion>();
        for (BrokerRegistration broker : brokers) {
            records.add(change(broker).fenced(BrokerRegistrationFencingChange.FENCE).record());
            records.addAll(Reassignments.leaveLeaderless(image, broker.id()));
        }
        return records;
    }

    private static RegistrationChange change(BrokerRegistration broker) {
        return new RegistrationChange(
                new BrokerRegistrationChangeRecord()
                        .setBrokerId(broker.id())
                        .setBrokerEpoch(broker.epoch()));
    }

    private record RegistrationChange(BrokerRegistrationChangeRecord data) {

        RegistrationChange fenced(BrokerRegistrationFencingChange change) {
            data.setFenced(change.value());
            return this;
        }

        RegistrationChange inControlledShutdown(
                BrokerRegistrationInControlledShutdownChange change) {
            data.setInControlledShutdown(change.value());
            return this;
        }

        ApiMessageAndVersion record() {
            return new ApiMessageAndVersion(data, CHANGE_VERSION);
        }
    }
}
