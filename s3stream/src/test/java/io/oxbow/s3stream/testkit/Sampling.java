package io.oxbow.s3stream.testkit;

import java.util.SplittableRandom;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Chooses which {@link Sampled} tests run, each by itself: by a seed, so that a choice can be
 * repeated, and the test's name. Of a test with arguments each set is chosen by itself.
 */
public final class Sampling implements ExecutionCondition {

    /** System property: the share of sampled tests that run, from 0 to 1; all by default. */
    static final String SHARE = "oxbow.test.share";

    /** System property: the seed of the choice. */
    static final String SEED = "oxbow.test.seed";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean single = context.getTestMethod().isPresent() && !isTemplate(context);
        double share = Double.parseDouble(System.getProperty(SHARE, "1"));
        long seed = Long.getLong(SEED, 0);
        return !single || isChosen(context.getUniqueId(), seed, share)
                ? ConditionEvaluationResult.enabled("in the sample")
                : ConditionEvaluationResult.disabled(
                        "not in the sample of seed %d".formatted(seed));
    }

    private static boolean isTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), TestTemplate.class)
                && !context.getUniqueId().contains("[test-template-invocation:");
    }

    static boolean isChosen(String test, long seed, double share) {
        long mixed = new SplittableRandom(test.hashCode()).nextLong();
        return new SplittableRandom(seed ^ mixed).nextDouble() < share;
    }
}
