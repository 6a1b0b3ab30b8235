package io.oxbow.sql;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/**
 * Takes {@code a.b.c} as fields of the column {@code a}. Calcite wants such a column's table before
 * it, else it looks for a table {@code a}; so where that isn't found, this is tried. Immutable.
 */
final class StructAccess extends SqlShuttle {

    static final StructAccess NONE = new StructAccess(Set.of());

    private record Place(int line, int column) {}

    private final Set<Place> places;

    private StructAccess(Set<Place> places) {
        this.places = places;
    }

    /** With the identifier that an error complains of, unless it complains of something else. */
    Optional<StructAccess> with(CalciteContextException e) {
        Place place = new Place(e.getPosLine(), e.getPosColumn());
        if (!QueryErrors.isMissingTable(e) || places.contains(place)) {
            return Optional.empty();
        }
        Set<Place> more = new HashSet<>(places);
        more.add(place);
        return Optional.of(new StructAccess(more));
    }

    @Override
    public @Nullable SqlNode visit(SqlIdentifier name) {
        SqlParserPos at = name.getParserPosition();
        if (name.names.size() < 2
                || !places.contains(new Place(at.getLineNum(), at.getColumnNum()))) {
            return name;
        }
        List<String> names = name.names;
        SqlNode access = name.getComponent(0);
        for (int i = 1; i < names.size(); i++) {
            access = SqlStdOperatorTable.DOT.createCall(at, access, name.getComponent(i));
        }
        return access;
    }
}
