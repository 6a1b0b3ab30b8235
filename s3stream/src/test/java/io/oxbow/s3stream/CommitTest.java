package io.oxbow.s3stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitTest {

    @Test
    void listenerSetBeforeCompletionIsCalledOnce() {
        var commit = new Commit(5, 8);
        List<Boolean> calls = new ArrayList<>();
        commit.onComplete(failure -> calls.add(failure == null));
        commit.complete(null);
        assertThat(calls).containsExactly(true);
    }

    @Test
    void listenerSetAfterCompletionIsCalledAtOnce() {
        var commit = new Commit(5, 8);
        commit.complete(null);
        List<Boolean> calls = new ArrayList<>();
        commit.onComplete(failure -> calls.add(failure == null));
        assertThat(calls).containsExactly(true);
    }

    @Test
    void awaitOfAFailedCommitSaysUnknown() {
        var commit = new Commit(5, 8);
        commit.complete(new S3StreamException("disk gone", S3StreamException.Retry.FATAL, null));
        assertThatThrownBy(commit::await)
                .isInstanceOfSatisfying(
                        S3StreamException.class,
                        e -> assertThat(e.retry()).isEqualTo(S3StreamException.Retry.UNKNOWN))
                .hasMessageContaining("[5, 8)");
    }

    @Test
    void completingTwiceIsABug() {
        var commit = new Commit(0, 1);
        commit.complete(null);
        assertThatThrownBy(() -> commit.complete(null)).isInstanceOf(IllegalStateException.class);
    }
}
