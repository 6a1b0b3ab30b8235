package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.image.ApplyResult;
import java.util.ArrayList;
import java.util.List;

/** List of accesses to the logs of dead epochs, tried in order. */
public record WalAccesses(List<WalAccess> ways) implements WalAccess {

    public WalAccesses {
        ways = List.copyOf(ways);
    }

    @Override
    public boolean has(ApplyResult.DeadEpoch dead, int volume) {
        return ways.stream().anyMatch(way -> way.has(dead, volume));
    }

    @Override
    public Access open(ApplyResult.DeadEpoch dead, int volume, long recovererEpoch) {
        var why = new ArrayList<String>();
        for (WalAccess way : ways) {
            Access access = way.open(dead, volume, recovererEpoch);
            if (!(access instanceof Access.Missing(var because))) {
                return access;
            }
            why.add(because);
        }
        return new Access.Missing(String.join("; ", why));
    }
}
