package dev.closeout.counts;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import java.util.ArrayList;

/** The compact forms, in which fields may be added while nodes of two releases run in one cluster. */
final class Serializers {
    private Serializers() {}

    static final class OfCells implements CompactSerializer<Cells> {
        @Override
        public void write(CompactWriter out, Cells cells) {
            var size = cells.cells().size();
            var incarnations = new long[size];
            var lanes = new int[size];
            var versions = new long[size];
            var connections = new int[size];
            var setAt = new long[size];
            for (var i = 0; i < size; i++) {
                var cell = cells.cells().get(i);
                incarnations[i] = cell.incarnation();
                lanes[i] = cell.lane();
                versions[i] = cell.version();
                connections[i] = cell.connections();
                setAt[i] = cell.setAt();
            }
            out.writeArrayOfInt64("incarnations", incarnations);
            out.writeArrayOfInt32("lanes", lanes);
            out.writeArrayOfInt64("versions", versions);
            out.writeArrayOfInt32("connections", connections);
            out.writeArrayOfInt64("setAt", setAt);
        }

        @Override
        public Cells read(CompactReader in) {
            var incarnations = in.readArrayOfInt64("incarnations");
            var lanes = in.readArrayOfInt32("lanes");
            var versions = in.readArrayOfInt64("versions");
            var connections = in.readArrayOfInt32("connections");
            var setAt = in.readArrayOfInt64("setAt");
            var cells = new ArrayList<Cell>(incarnations.length);
            for (var i = 0; i < incarnations.length; i++) {
                cells.add(new Cell(incarnations[i], lanes[i], versions[i], connections[i], setAt[i]));
            }
            return new Cells(cells);
        }

        @Override
        public String getTypeName() {
            return "closeout.Cells";
        }

        @Override
        public Class<Cells> getCompactClass() {
            return Cells.class;
        }
    }

    static final class OfSetCell implements CompactSerializer<SetCell> {
        @Override
        public void write(CompactWriter out, SetCell set) {
            var cell = set.cell();
            out.writeInt64("incarnation", cell.incarnation());
            out.writeInt32("lane", cell.lane());
            out.writeInt64("version", cell.version());
            out.writeInt32("connections", cell.connections());
            out.writeInt64("setAt", cell.setAt());
        }

        @Override
        public SetCell read(CompactReader in) {
            return new SetCell(new Cell(
                    in.readInt64("incarnation"),
                    in.readInt32("lane"),
                    in.readInt64("version"),
                    in.readInt32("connections"),
                    in.readInt64("setAt")));
        }

        @Override
        public String getTypeName() {
            return "closeout.SetCell";
        }

        @Override
        public Class<SetCell> getCompactClass() {
            return SetCell.class;
        }
    }

    static final class OfTakeOut implements CompactSerializer<TakeOut> {
        @Override
        public void write(CompactWriter out, TakeOut takeOut) {
            out.writeInt64("incarnation", takeOut.incarnation());
            out.writeInt64("now", takeOut.now());
        }

        @Override
        public TakeOut read(CompactReader in) {
            return new TakeOut(in.readInt64("incarnation"), in.readInt64("now"));
        }

        @Override
        public String getTypeName() {
            return "closeout.TakeOut";
        }

        @Override
        public Class<TakeOut> getCompactClass() {
            return TakeOut.class;
        }
    }

    static final class OfTakeOutOlder implements CompactSerializer<TakeOutOlder> {
        @Override
        public void write(CompactWriter out, TakeOutOlder takeOut) {
            out.writeInt64("incarnation", takeOut.incarnation());
            out.writeInt32("lane", takeOut.lane());
            out.writeInt64("batch", takeOut.batch());
            out.writeInt64("now", takeOut.now());
        }

        @Override
        public TakeOutOlder read(CompactReader in) {
            return new TakeOutOlder(
                    in.readInt64("incarnation"), in.readInt32("lane"), in.readInt64("batch"), in.readInt64("now"));
        }

        @Override
        public String getTypeName() {
            return "closeout.TakeOutOlder";
        }

        @Override
        public Class<TakeOutOlder> getCompactClass() {
            return TakeOutOlder.class;
        }
    }
}
