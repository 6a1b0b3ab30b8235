package io.oxbow.simulation.engine;

import io.oxbow.s3stream.cluster.ContactService;
import io.oxbow.s3stream.cluster.Contacts;
import io.oxbow.s3stream.cluster.DeadNodes;
import io.oxbow.s3stream.cluster.NodeFences;
import io.oxbow.s3stream.cluster.SlotPush;
import io.oxbow.s3stream.cluster.Succession;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.FollowedLog;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.AppendAnswer;
import io.oxbow.s3stream.peer.AppendService;
import io.oxbow.s3stream.peer.ForwardedLog;
import io.oxbow.s3stream.peer.LeaderLink;
import io.oxbow.s3stream.peer.PushLink;
import io.oxbow.s3stream.peer.PushService;
import io.oxbow.simulation.world.Reply;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Work of a process as a member of its cluster, by the classes that a node runs. It is contact with
 * the leader and its succession, fencing of silent nodes, recovery of dead ones.
 */
final class MemberDuties {

    private static final Duration APPEND_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CONTACT_TIMEOUT = Duration.ofMillis(1_500);
    private static final Duration PUSH_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration HELLO_TIMEOUT = Duration.ofSeconds(1);

    /** Network between members. */
    interface Wire {
        /** Has {@code work} done by the process of an incarnation, in a thread of it. */
        <R> CompletableFuture<Reply<R>> send(
                UUID incarnation, Duration timeout, Function<MemberDuties, R> work);
    }

    /** Link to the leader over the simulated network. */
    private record Link(FollowedLog log, Wire wire) implements LeaderLink {

        @Override
        public CompletableFuture<AppendAnswer> append(
                MetadataLog.Leadership leader, List<CoreRecord> records) {
            if (!isRegistered(leader)) {
                return CompletableFuture.completedFuture(
                        new AppendAnswer.NotMade("the leader has not registered"));
            }
            return wire.send(
                            leader.incarnation(),
                            APPEND_TIMEOUT,
                            peer ->
                                    peer.appends.append(
                                            leader.incarnation(), leader.leaderEpoch(), records))
                    .thenApply(reply ->
                            reply instanceof Reply.Answer<AppendAnswer>(var answer)
                                    ? answer
                                    : new AppendAnswer.Unknown("no answer"));
        }

        @Override
        public Contact contact(MetadataLog.Leadership leader, long nodeEpoch, boolean answered) {
            if (!isRegistered(leader)) {
                return Contact.of(Sign.SILENT);
            }
            Reply<Contact> reply =
                    wire.<Contact>send(
                                    leader.incarnation(),
                                    CONTACT_TIMEOUT,
                                    peer ->
                                            peer.contact.heard(
                                                    leader.incarnation(),
                                                    leader.leaderEpoch(),
                                                    nodeEpoch,
                                                    answered))
                            .join();
            return switch (reply) {
                case Reply.Answer<Contact>(Contact answer) -> answer;
                case Reply.Refused<Contact> refused -> Contact.of(Sign.REFUSED);
                case Reply.Silence<Contact> silence -> Contact.of(Sign.SILENT);
            };
        }

        /** Returns true if the leader's address is known, as its registration tells it. */
        private boolean isRegistered(MetadataLog.Leadership leader) {
            return log.image()
                    .node(leader.nodeId())
                    .filter(node -> node.incarnation().equals(leader.incarnation()))
                    .isPresent();
        }
    }

    private final int nodeId;
    private final UUID incarnation;
    private final Wire wire;
    private final FollowedLog local;
    private final Environment environment;
    private final ForwardedLog log;
    private final Contacts contacts;
    private final ContactService contact;
    private final AppendService appends;
    private final PushService pushes;
    private final Succession succession;

    MemberDuties(
            int nodeId, UUID incarnation, FollowedLog local, Wire wire, Environment environment) {
        this.nodeId = nodeId;
        this.incarnation = incarnation;
        this.wire = wire;
        this.local = local;
        this.environment = environment;
        var link = new Link(local, wire);
        this.log = new ForwardedLog(local, link);
        this.contacts = new Contacts(environment.clock());
        this.contact = new ContactService(incarnation, local, contacts);
        this.appends = new AppendService(incarnation, local);
        this.pushes = new PushService(incarnation, local);
        this.succession =
                new Succession(
                        log, link, ended -> false, contacts, nodeId, incarnation, environment);
    }

    /** Returns the metadata log, whose appends reach the leader. */
    MetadataLog log() {
        return log;
    }

    /** Begins to keep contact; takes the log over when nobody leads. */
    void begin() {
        local.join();
        succession.start();
        new SlotPush(incarnation, local, this::push, environment).start();
    }

    /** Begins to fence and to recover others. */
    void serve(NodeStreams streams, IntConsumer giveAway) {
        new DeadNodes(nodeId, log, streams, environment).start();
        new NodeFences(
                        incarnation,
                        local,
                        this::hello,
                        contacts,
                        NodeFences.Patience.usual(),
                        giveAway,
                        environment)
                .start();
    }

    private CompletableFuture<Long> push(CoreImage.NodeState node, List<byte[]> slots) {
        return wire.send(
                        node.incarnation(),
                        PUSH_TIMEOUT,
                        peer -> peer.pushes.push(node.incarnation(), slots))
                .thenApply(reply ->
                        reply instanceof Reply.Answer<Long>(Long applied)
                                ? applied
                                : PushLink.NO_ANSWER);
    }

    private CompletableFuture<Boolean> hello(CoreImage.NodeState node) {
        return wire.send(node.incarnation(), HELLO_TIMEOUT, peer -> true)
                .thenApply(Reply.Answer.class::isInstance);
    }

    /** Ends the contact before the node closes in good order. */
    void leave() {
        succession.close();
    }
}
