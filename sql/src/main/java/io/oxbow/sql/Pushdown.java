package io.oxbow.sql;

import java.util.function.Consumer;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.RelOptRuleCall;
import org.apache.calcite.rel.RelNode;

/** A rule for one kind of node right above a scan. */
final class Pushdown extends RelOptRule {

    private final Consumer<RelOptRuleCall> push;

    Pushdown(String name, Class<? extends RelNode> above, Consumer<RelOptRuleCall> push) {
        super(operand(above, operand(SourceScan.class, none())), name);
        this.push = push;
    }

    @Override
    public void onMatch(RelOptRuleCall call) {
        push.accept(call);
    }
}
