package backtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzInputs feeds any list and any series: it ends, with warnings or with an
// error that names a file.
func FuzzInputs(f *testing.F) {
	const list = "id,file,interval_s,agg,window_s,min_n,threshold,direction,sustain_s,horizon_s\na,series.csv,60,p50,600,5,500,up,0,7200\n"
	f.Add(list, "t_unix,value\n1750000000,1\n1750000060,2\n")
	f.Add(strings.Replace(list, "p50", "ratio", 1), "t_unix,n,errors\n1750000000,10,1\n1750000060,10,11\n")
	f.Add(strings.Replace(list, "5,500", "1e300,-1e308", 1), "t_unix,value\n-1e300,nan\n1e300,inf\n")
	f.Add("\ufeffid,id\n\"", "value\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, list, series string) {
		if len(list) > 4<<10 || len(series) > 4<<10 {
			return
		}
		lists, data := filepath.Join(dir, "inputs.csv"), filepath.Join(dir, "series.csv")
		for name, text := range map[string]string{lists: list, data: series} {
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		inputs, err := ReadInputs(lists)
		for i := range inputs {
			if in := &inputs[i]; in.Rule.MinSamples < 0 || !(in.Rule.Window > 0) || !(in.Rule.Ahead > 0) || !(in.Rule.Interval > 0) {
				t.Errorf("%+v", in.Rule)
			}
			inputs[i].File = data // whatever it names, nothing else is read
		}
		if err == nil {
			_, err = Replay(inputs[:min(3, len(inputs))])
		}
		if err != nil && !strings.Contains(err.Error(), ".csv") {
			t.Errorf("it names no file: %v", err)
		}
	})
}
