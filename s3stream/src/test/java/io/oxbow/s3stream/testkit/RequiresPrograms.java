package io.oxbow.s3stream.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Runs a test only where programs are installed. Elsewhere it is skipped, with a line on stderr
 * that says why; with {@code OXBOW_REQUIRE_ALL=1} it fails.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(RequiresPrograms.Condition.class)
public @interface RequiresPrograms {

    /** Names of programs that must be on the PATH. */
    String[] value();

    /** Hint for installing the programs. */
    String hint();

    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getElement(), RequiresPrograms.class)
                    .map(wanted -> evaluate(context.getDisplayName(), wanted))
                    .orElseGet(() -> ConditionEvaluationResult.enabled("nothing required"));
        }

        private static ConditionEvaluationResult evaluate(String test, RequiresPrograms wanted) {
            List<String> missing = Requirement.missingPrograms(wanted.value());
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled("all programs installed");
            }
            String why = "no %s on the PATH (%s)".formatted(missing, wanted.hint());
            if (Requirement.all()) {
                throw new AssertionError("OXBOW_REQUIRE_ALL=1, but " + why);
            }
            System.err.println("SKIPPED " + test + ": " + why);
            return ConditionEvaluationResult.disabled(why);
        }
    }
}
