package io.oxbow.node.member;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.broker.balance.BalancePlan;
import io.oxbow.broker.balance.Balancer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Describes the balancer of this process, which plans while it leads the metadata log. */
public final class BalanceView {

    private final Supplier<Balancer.State> balancer;

    public BalanceView(Supplier<Balancer.State> balancer) {
        this.balancer = balancer;
    }

    /** Returns the description as JSON. */
    public byte[] json() {
        try {
            return new ObjectMapper().writeValueAsBytes(describe(balancer.get()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers, texts and lists become JSON", e);
        }
    }

    private static Map<String, Object> describe(Balancer.State state) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("enabled", state.settings().enabled());
        map.put("intervalMillis", state.settings().interval().toMillis());
        map.put("toldByLeader", state.leads());
        map.put("moving", state.moving());
        map.put("unheard", state.unheard());
        map.put("nodes", state.plan().standings().stream().map(BalanceView::describe).toList());
        List<Map<String, Object>> moves =
                state.plan().moves().stream().map(BalanceView::describe).toList();
        map.put("moves", moves);
        return map;
    }

    private static Map<String, Object> describe(BalancePlan.Standing standing) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("node", standing.broker());
        map.put("zone", standing.zone());
        map.put("partitions", standing.partitions());
        map.put("inBytesPerSecond", Math.round(standing.load().inBytes()));
        map.put("outBytesPerSecond", Math.round(standing.load().outBytes()));
        map.put("requestsPerSecond", Math.round(standing.load().requests()));
        map.put("load", Math.round(standing.height() * 100) / 100.0);
        map.put("measure", standing.measure());
        return map;
    }

    private static Map<String, Object> describe(BalancePlan.Move move) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("topic", move.partition().topic());
        map.put("partition", move.partition().partition());
        map.put("from", move.from());
        map.put("to", move.to());
        map.put("why", move.reason());
        return map;
    }
}
