package io.oxbow.simulation.engine;

import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls between processes: each can get lost on the way there or back, or arrive after its sender
 * has given up. A process can be cut off from the others.
 */
final class Network {

    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Duration LATENCY_MAX = Duration.ofMillis(50);
    private static final Duration LATENESS_MAX = Duration.ofSeconds(30);

    private final Simulation simulation;
    private final Chance chance;
    private int lossPercent;
    private final List<Life> peers = new ArrayList<>();
    private final Set<UUID> cutOff = new HashSet<>();
    private Set<Integer> side = Set.of();

    Network(Simulation simulation) {
        this.simulation = simulation;
        this.chance = simulation.chance().split();
        this.lossPercent = chance.oneOf(List.of(0, 2, 10));
    }

    void join(Life life) {
        peers.add(life);
    }

    /** Returns the network as a member has it: one that is starting answers nothing. */
    MemberDuties.Wire of(Life from) {
        return new MemberDuties.Wire() {
            @Override
            public <R> CompletableFuture<Reply<R>> send(
                    UUID incarnation, Duration timeout, Function<MemberDuties, R> work) {
                return Network.this.send(
                        from,
                        incarnation,
                        timeout,
                        peer -> work.apply(Objects.requireNonNull(peer.duties())));
            }
        };
    }

    void cutOff(Life life, boolean isCut) {
        if (isCut) {
            cutOff.add(life.incarnation());
        } else {
            cutOff.remove(life.incarnation());
        }
    }

    /** Splits the network in two: these nodes, and all others. */
    void split(Set<Integer> nodes) {
        side = Set.copyOf(nodes);
    }

    private boolean isApart(@Nullable Life one, Life other) {
        return one != null && side.contains(one.nodeId()) != side.contains(other.nodeId());
    }

    /** Sets the share of calls that get lost, or are late. */
    void losses(int percent) {
        lossPercent = percent;
    }

    void heal() {
        cutOff.clear();
        side = Set.of();
        lossPercent = 0;
    }

    /** Runs {@code work} in the process of that incarnation, in a thread of it, and waits. */
    <R> Reply<R> call(Life from, UUID incarnation, Function<Life, R> work) {
        return send(from, incarnation, TIMEOUT, work).join();
    }

    /**
     * Has {@code work} run in the process of that incarnation, in a thread of it.
     *
     * @param from null for a client, which reaches whom others do not
     */
    <R> CompletableFuture<Reply<R>> send(
            @Nullable Life from, UUID incarnation, Duration timeout, Function<Life, R> work) {
        Life to = find(incarnation);
        var reply = new CompletableFuture<Reply<R>>();
        if (to == null || to.process().isDead()) {
            simulation.soon(latency(), () -> reply.complete(new Reply.Refused<>()));
            return reply;
        }
        boolean lost =
                (from != null && isCut(from))
                        || isCut(to)
                        || isApart(from, to)
                        || chance.percent(lossPercent);
        boolean late = chance.percent(lossPercent);
        if (!lost) {
            Duration there = late ? chance.between(Duration.ZERO, LATENESS_MAX) : latency();
            boolean back = !chance.percent(lossPercent);
            simulation.soon(there, () -> deliver(from, to, work, back ? reply : null));
        }
        simulation.soon(timeout, () -> reply.complete(new Reply.Silence<>()));
        return reply;
    }

    private <R> void deliver(
            @Nullable Life from,
            Life to,
            Function<Life, R> work,
            @Nullable CompletableFuture<Reply<R>> reply) {
        if (to.process().isDead()) {
            return;
        }
        to.process()
                .spawn(() -> {
                    R value = work.apply(to);
                    if (reply != null && !isCut(to) && !isApart(from, to)) {
                        simulation.soon(latency(), () -> reply.complete(new Reply.Answer<>(value)));
                    }
                });
    }

    private @Nullable Life find(UUID incarnation) {
        for (Life each : peers) {
            if (each.incarnation().equals(incarnation)) {
                return each;
            }
        }
        return null;
    }

    private boolean isCut(Life life) {
        return cutOff.contains(life.incarnation());
    }

    private Duration latency() {
        return chance.between(Duration.ZERO, LATENCY_MAX);
    }
}
