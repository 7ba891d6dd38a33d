// Package backtest says what rules would have told of the past, and whether
// that would have been right. Nothing is stored and nobody is told: what it
// finds are values, for whoever prints them.
//
//	runs in the database -- History.Judge --> Hindsight: one for each limit
//	                     |                        ^ tries many limits
//	                     `- History.Suggest -> Suggestion: one for each journey
//	series in files ------- Replay ----------> Notice: one for each thing told
//
// Stored runs go through the code of the agent that watches live. A series of
// a file has no runs: it is judged by the figure that its line of the list
// asks for, through the same forecast and the same decision.
package backtest
